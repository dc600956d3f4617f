"""Value that does not fit.

The value is of the right kind, but none of those allowed, empty, or out of bounds.

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

RULE = Rule("DF104", safety=True, found_in="dfsync.validation.schema")
