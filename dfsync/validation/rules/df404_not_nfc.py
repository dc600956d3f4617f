r"""Text that is not in Unicode NFC.

A letter with an accent can be written as one character or as two. Keyboards and most systems use the form NFC, which
has one character where there is one. Other forms look the same, but a search may not find them.

Fails:

```yaml
id: site-123
name: "Cafe\u0301"  # DF404
```

Passes:

```yaml
id: site-123
name: Café
```
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from dfsync.findings import Finding, Severity
from dfsync.validation.rule import Rule, Text

RULE = Rule("DF404", Severity.WARNING)


def check(text: Text) -> Iterator[Finding]:
    """Yield a finding when the text is not in NFC."""
    if not unicodedata.is_normalized("NFC", text.value):
        message = "the text is not in Unicode NFC: it looks like other text and is spelled differently"
        yield text.finding(RULE.code, message, "type it again")
