"""Not a time.

A time is written HH:MM, with two digits each, on a clock of 24 hours: 00:00 to 23:59. Both ends of a span are
inclusive, so a shop that closes at 18:00 ends at 17:59. As an end, `24:00` means 23:59.

Fails:

```yaml
id: site-123
name: Downtown Store
operational_hours:
  - days: [Sat]
    start: 9:00  # DF202
    end: "13:59"
```

Passes:

```yaml
id: site-123
name: Downtown Store
operational_hours:
  - days: [Sat]
    start: "09:00"
    end: "13:59"
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF202", safety=True, found_in="dfsync.model.hours.file_form.read")
