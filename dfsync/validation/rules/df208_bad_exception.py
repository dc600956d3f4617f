"""Dated exception that says nothing clear.

An exception has a `date` that exists, written YYYY-MM-DD, or several days `from` one `to` another, both included, and
either `closed: true` or `hours`. A day stands once in a list.

Fails:

```yaml
id: site-123
name: Downtown Store
operational_hours: {Mon-Sun: 09:00-17:59}
exceptions:
  - {date: "2026-02-30", closed: true}  # DF208
```

Passes:

```yaml
id: site-123
name: Downtown Store
operational_hours: {Mon-Sun: 09:00-17:59}
exceptions:
  - {date: "2026-02-28", closed: true}
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF208", safety=True, found_in="dfsync.files.exceptions")
