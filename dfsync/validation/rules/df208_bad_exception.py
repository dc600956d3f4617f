"""Unclear dated exception.

A dated exception has either one existing `date`, written YYYY-MM-DD, or a first and a last day, `from` and `to`, which
are both included. It also has either `closed: true` or `hours`. No day may be twice in one list.

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

RULE = Rule("DF208", safety=True, found_in="dfsync.files.dated_exceptions")
