"""Day listed twice.

The same day is in one entry twice, or under two keys. One of the two is probably wrong.

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

RULE = Rule("DF204", safety=True, found_in="dfsync.model.hours.file_form.read")
