"""Text that others read as something else.

dfsync never turns text into something else, but other YAML readers do. Without quotes, one of them reads `02134` as
1116 and another as 2134. `NO` becomes false, `18:59` becomes 1139, and `1e3` becomes 1000. With quotes, everybody
reads the same. `dfsync fmt` adds them.

Fails:

```yaml
id: site-123
name: Downtown Store
address:
  state: NO  # DF401
```

Passes:

```yaml
id: site-123
name: Downtown Store
address:
  state: "NO"
```
"""

from __future__ import annotations

from dfsync.findings import Severity
from dfsync.validation.rule import Rule

RULE = Rule("DF401", Severity.WARNING, found_in="dfsync.validation.checks.check_file")
