r"""File that cannot be read.

A file that a pattern of dfsync.yaml matches can't be read: no permission, no plain file, larger than 10 MB, a link that
leaves the repository or leads nowhere, or a conflict that is not resolved. What is in it was not checked, so the run
fails.

Give permission, or change `sites` and `contacts` in dfsync.yaml so that they don't match it.

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

RULE = Rule("DF007", safety=True, found_in="dfsync.validation.check_file")
