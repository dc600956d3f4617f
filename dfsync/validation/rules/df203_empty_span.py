"""Start equal to end.

A span from 09:00 to 09:00 may mean one minute, all day or never. All day is `00:00-23:59`, closed is `closed`.

Fails:

```yaml
id: site-123
name: Downtown Store
operational_hours:
  Mon-Sun: 00:00-00:00  # DF203
```

Passes:

```yaml
id: site-123
name: Downtown Store
operational_hours:
  Mon-Sun: 00:00-23:59
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF203", safety=True, found_in="dfsync.model.hours_read")
