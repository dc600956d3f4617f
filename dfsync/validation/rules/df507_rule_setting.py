"""Rule setting that does not hold.

`rules` in dfsync.yaml names a code that no rule has, silences a rule without a reason, or lowers one that keeps live
from harm. The setting has no effect.

Fails:

```yaml dfsync.yaml
version: 1
rules:
  DF403: {level: off}  # DF507
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
```

Passes:

```yaml dfsync.yaml
version: 1
rules:
  DF401: {level: off, reason: only dfsync reads these files}
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
address: {postal_code: 02134}
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF507", safety=True, found_in="dfsync.validation.severity")
