r"""File that cannot be read.

A file that matches a pattern of dfsync.yaml cannot be read: dfsync has no permission, it is not a plain file, it is
larger than 10 MB, it is a link that leaves the repository or leads nowhere, its name is not UTF-8, or it has an
unresolved merge conflict.
Its content was not checked, so the run fails.

Give permission, rename it, or change `sites` and `contacts` in dfsync.yaml so that they do not match the file.

Fails, a link to a file outside the repository:

```sh
mkdir ../shared
printf 'id: site-124  # DF007\nname: Uptown Store\n' > ../shared/uptown.yaml
ln -s ../../shared/uptown.yaml sites/uptown.yaml
```

Passes, a link to a file inside:

```sh
mkdir shared
printf 'id: site-124\nname: Uptown Store\n' > shared/uptown.yaml
ln -s ../shared/uptown.yaml sites/uptown.yaml
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF007", safety=True, found_in="dfsync.validation.checks.check_file")
