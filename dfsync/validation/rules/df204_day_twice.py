"""Day listed twice.

A day stands twice in one entry, or under two keys. One of the two is a slip.

Fails:

```yaml
id: site-123
name: Downtown Store
operational_hours:
  Mon-Fri: 09:00-17:59
  Fri-Sat: 10:00-13:59  # DF204
```

Passes:

```yaml
id: site-123
name: Downtown Store
operational_hours:
  Mon-Fri: 09:00-17:59
  Sat: 10:00-13:59
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF204", safety=True, found_in="dfsync.model.hours_read")
