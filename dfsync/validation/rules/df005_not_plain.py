"""More than plain YAML.

Tags other than `!!str` (`!!int`, `!x`), directives other than `%YAML 1.1` and `%YAML 1.2`, keys that are no text, and
aliases without an anchor are not read: they mean other things to other readers. Anchors, aliases and merge keys (`<<`)
are fine.

Fails:

```yaml
id: !!int 123  # DF005
name: Downtown Store
```

Passes:

```yaml
id: "123"
name: Downtown Store
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF005", safety=True, found_in="dfsync.files.yaml.documents")
