"""More than plain YAML.

dfsync does not read tags other than `!!str` (`!!int`, `!x`), directives other than `%YAML 1.1` and `%YAML 1.2`, keys
that are not text, and aliases without an anchor: other readers understand them differently. Anchors, aliases and
merge keys (`<<`) are fine.

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
