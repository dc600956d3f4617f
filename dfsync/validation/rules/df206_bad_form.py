"""Hours in a form that dfsync does not read.

Opening hours are a list of entries with `days`, `start` and `end` as in the API, or a mapping of days to spans, or
`{profile: NAME}`.

Fails:

```yaml
id: site-123
name: Downtown Store
operational_hours: 09:00-17:59  # DF206
```

Passes:

```yaml
id: site-123
name: Downtown Store
operational_hours: {Mon-Sun: 09:00-17:59}
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF206", safety=True, found_in="dfsync.model.hours.file_form.read")
