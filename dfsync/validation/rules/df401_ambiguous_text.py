"""Text that others read as something else.

dfsync never turns text into something else, but the readers beside it do: without quotes, `02134` is 1116 to one YAML
reader and 2134 to another, `NO` is false, `18:59` is 1139, `1e3` is 1000. Quotes make everybody read the same;
`dfsync fmt` adds them.

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

RULE = Rule("DF401", Severity.WARNING, found_in="dfsync.validation.check_file")
