"""No file to check.

No file matches the patterns `sites` and `contacts` of dfsync.yaml. dfsync has checked nothing, so it cannot say that
the files are right. Either a pattern or a folder is misspelled, or dfsync runs in another folder than you think.

Write files for what is live with `dfsync pull`, or correct the patterns in dfsync.yaml. The help names files that a
pattern just misses: `.YAML` in capitals, a hidden file, a folder that was renamed. `plan`, `apply` and `drift` stop
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

RULE = Rule("DF001", safety=True, found_in="dfsync.validation.checks.check_repository")
