"""Value cut off at a #.

In YAML, a space followed by `#` begins a comment, so `Main St #5` is the text `Main St`. If a letter or a digit
follows the `#`, it was probably not meant as a comment.

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
