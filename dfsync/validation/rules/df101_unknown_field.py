"""Unknown field.

dfsync does not know this key, and without this finding nobody would notice that it has no effect. Keys that begin with
`x-` are your own.

Fails:

```yaml
id: site-123
name: Downtown Store
time_zone: America/Los_Angeles  # DF101
```

Passes:

```yaml
id: site-123
name: Downtown Store
timezone: America/Los_Angeles
x-opened-in: "2019"
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF101", found_in="dfsync.validation.checks.schema")
