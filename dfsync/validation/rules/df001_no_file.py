"""No file to check.

dfsync.yaml names patterns of files, and none matches. A check of nothing is not a check that passed: the pattern or the
folder is misspelled, or dfsync runs in another folder than you think.

Take in what is live with `dfsync pull`, or correct `sites` and `contacts` in dfsync.yaml. The help names files that
the patterns just miss: `.YAML` in capitals, a hidden file, a folder that was renamed. `plan`, `apply` and `drift` stop
here too, so that a scheduled job does not stay green.

Fails:

```yaml dfsync.yaml
version: 1
sites: [site/**/*.yaml]  # DF001
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
```

Passes:

```yaml dfsync.yaml
version: 1
sites: [sites/**/*.yaml]
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF001", safety=True, found_in="dfsync.validation.check_repository")
