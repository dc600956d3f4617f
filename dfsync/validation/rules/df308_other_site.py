"""Contact in one site that names another.

Inside a site, `site` is implied. A contact that stands in one site and names another belongs to one of them only, and
which is anybody's guess.

Fails:

```yaml
id: site-123
name: Downtown Store
contacts:
  - {site: site-124, name: Ada Lovelace, email: ada@example.com}  # DF308
```

Passes:

```yaml
id: site-123
name: Downtown Store
contacts:
  - {name: Ada Lovelace, email: ada@example.com}
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF308", found_in="dfsync.validation.check_file")
