"""Contact in one site that names another.

Inside a site, `site` is implied. This contact is written in one site and names another. It can belong to only one of
them, and dfsync does not know which.

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

RULE = Rule("DF308", found_in="dfsync.validation.checks.check_file")
