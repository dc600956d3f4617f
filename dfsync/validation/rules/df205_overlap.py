"""Overlapping spans.

Two spans of a day share more than their end minute. A span past midnight counts on the next day too. Spans that only
touch (`09:00-12:00, 12:00-17:00`) are fine: dfsync joins them.

Fails:

```yaml
id: site-123
name: Downtown Store
operational_hours:
  Sat:
    - 09:00-12:59
    - 12:00-16:59  # DF205
```

Passes:

```yaml
id: site-123
name: Downtown Store
operational_hours:
  Sat:
    - 09:00-12:59
    - 13:00-16:59
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF205", safety=True, found_in="dfsync.model.hours.file_form.read")
