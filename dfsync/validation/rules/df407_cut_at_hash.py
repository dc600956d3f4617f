"""Value cut off at a #.

In YAML a space and `#` begin a comment, so that `Main St #5` is the text `Main St`. A `#` that is followed by a letter
or a digit at once was hardly meant as one.

Fails:

```yaml
id: site-123
name: Store #281 downtown  # DF407
```

Passes:

```yaml
id: site-123
name: "Store #281 downtown"  # the number is the franchise's
```
"""

from __future__ import annotations

from dfsync.findings import Severity
from dfsync.validation.rule import Rule

RULE = Rule("DF407", Severity.WARNING, found_in="dfsync.files.yaml.documents")
