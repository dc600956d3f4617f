"""Exception without hours.

An exception replaces one weekday in the week that is sent. Where a site's hours are not managed, or empty, there is no
week to replace it in: what live has on the other days is not known to the files.

Fails:

```yaml
id: site-123
name: Downtown Store
exceptions:  # DF209
  - {date: "2026-12-25", closed: true}
```

Passes:

```yaml
id: site-123
name: Downtown Store
operational_hours: {Mon-Sun: 09:00-17:59}
exceptions:
  - {date: "2026-12-25", closed: true}
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF209", safety=True, found_in="dfsync.files.resolve")
