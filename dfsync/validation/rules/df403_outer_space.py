"""Space at the start or end.

Spaces at the start and end are ignored when texts are compared, and sent as you typed them. Nobody sees them, and a
search for the text may not find it.

Fails:

```yaml
id: site-123
name: "Downtown Store "  # DF403
```

Passes:

```yaml
id: site-123
name: Downtown Store
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding, Severity
from dfsync.validation.rule import Rule, Text

RULE = Rule("DF403", Severity.WARNING)


def check(text: Text) -> Iterator[Finding]:
    """Yield a finding when the text starts or ends with white space, and has more than that."""
    value = text.value
    sides = [side for side, end in (("starts", value[:1]), ("ends", value[-1:])) if end.isspace()]
    if sides and not value.isspace():
        yield text.finding(RULE.code, f"the text {' and '.join(sides)} with white space", "take it out")
