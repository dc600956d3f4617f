"""Unknown hours profile.

The profile is not defined under `hours_profiles` in dfsync.yaml.

Fails:

```yaml dfsync.yaml
version: 1
hours_profiles:
  retail: {Mon-Fri: 09:00-17:59}
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
operational_hours: {profile: Retial}  # DF207
---
id: site-124
name: Uptown Store
operational_hours: {profile: retail}
```

Passes:

```yaml dfsync.yaml
version: 1
hours_profiles:
  retail: {Mon-Fri: 09:00-17:59}
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
operational_hours: {profile: retail}
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF207", safety=True, found_in="dfsync.model.hours.file_form.read")
