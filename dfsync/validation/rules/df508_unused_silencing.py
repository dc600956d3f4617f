"""Rule that is off and finds nothing.

`rules` turns off this rule, and the rule finds nothing any more. If the setting stays, it hides the next mistake.

Fails:

```yaml dfsync.yaml
version: 1
rules:
  DF401: {level: off, reason: only dfsync reads these files}  # DF508
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
```

Passes:

```yaml dfsync.yaml
version: 1
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
```
"""

from __future__ import annotations

from dfsync.findings import Severity
from dfsync.validation.rule import Rule

RULE = Rule("DF508", Severity.WARNING, found_in="dfsync.validation.checks.severity")
