"""Start equal to end.

A span from 09:00 to 09:00 could mean one minute, all day or never. Write `00:00-23:59` for all day, and `closed` for
closed.

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

RULE = Rule("DF203", safety=True, found_in="dfsync.model.hours.file_form.read")
