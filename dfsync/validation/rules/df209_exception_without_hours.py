"""Exception without hours.

A dated exception replaces the hours of one weekday in the week that is sent. If the files do not manage the hours of
the site, or the hours are empty, there is no week to replace them in: the files do not say what the other days are.

If the exceptions come from a default of dfsync.yaml, the finding is at the default and names no site, however many
sites the default reaches.

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
