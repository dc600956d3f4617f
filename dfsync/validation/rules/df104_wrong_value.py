"""Value that is not allowed.

The value has the right type, but it is empty, out of bounds, or not one of the allowed values.

Fails:

```yaml dfsync.yaml
version: 1
on_drift: ignore  # DF104
```

Passes:

```yaml dfsync.yaml
version: 1
on_drift: keep
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF104", safety=True, found_in="dfsync.validation.checks.schema")
