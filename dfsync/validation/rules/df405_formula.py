"""Text that a spreadsheet would run.

Excel, LibreOffice and Google Sheets take a cell that begins with `=`, `+`, `-` or `@` for a formula. If somebody
opens an export there, they see a number or an error instead of the text, or run what somebody else has written. A
phone number with spaces is no formula.

Fails:

```yaml
id: site-123
name: =HYPERLINK("https://example.com","Downtown")  # DF405
```

Passes:

```yaml
id: site-123
name: Downtown Store
contacts:
  - {email: ada@example.com, phone: "+1 415 555 0100"}
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfsync.findings import Finding, Severity
from dfsync.model.damage import unwrapped
from dfsync.validation.rule import Rule, Text

RULE = Rule("DF405", Severity.WARNING)
_LEADS = frozenset("=+-@")
# An international phone number; with hyphens it would be a sum.
_DIGITS = re.compile(r"[0-9]+")
_PHONE = re.compile(r"\+[0-9]+(?: \(?[0-9]+\)?)+")


def check(text: Text) -> Iterator[Finding]:
    """Yield a finding when the text begins like a formula."""
    lead = text.value[:1]
    if lead in _LEADS and not _PHONE.fullmatch(text.value):
        if unwrapped(text.value) is not None:
            return  # a spreadsheet wrote it: another rule says so
        message = f"a spreadsheet would take the text for a formula: it begins with {lead}"
        digits = _DIGITS.findall(text.value)
        is_phone = text.path[-1] == "phone" and lead == "+" and len(digits) > 1
        help = f'write "+{" ".join(digits)}"' if is_phone else "begin with a letter or a digit"
        yield text.finding(RULE.code, message, help)
