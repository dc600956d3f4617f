"""Unknown day.

Days are written Mon, Tue, Wed, Thu, Fri, Sat and Sun: alone, as a range (`Mon-Fri`, `Sat-Mon`) or as a list
(`Mon,Wed`).

Fails:

```yaml
id: site-123
name: Downtown Store
operational_hours:
  Mon-Thurs: 09:00-17:59  # DF201
```

Passes:

```yaml
id: site-123
name: Downtown Store
operational_hours:
  Mon-Thu: 09:00-17:59
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF201", safety=True, found_in="dfsync.model.hours.file_form.read")
