"""Rule setting without effect.

`rules` in dfsync.yaml names a code that does not exist, turns off a rule without a reason, or lowers a rule that
protects live sites. The setting has no effect.

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

RULE = Rule("DF507", safety=True, found_in="dfsync.validation.checks.severity")
