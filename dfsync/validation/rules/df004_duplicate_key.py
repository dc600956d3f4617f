"""Key written twice.

One mapping has the same key twice. YAML readers silently keep one of the two values, usually the last, and nobody
notices which.

Fails:

```yaml
id: site-123
name: Downtown Store
name: Uptown Store  # DF004
```

Passes:

```yaml
id: site-123
name: Uptown Store
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF004", safety=True, found_in="dfsync.files.yaml.documents")
