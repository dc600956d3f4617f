r"""Value that a spreadsheet damaged.

Spreadsheet programs show a long number as 1.23457E+12, an error as #REF! and a narrow column as ########. A file that
was saved in another encoding has � or ? in place of letters. The damaged value does not tell what it was before. Copy
it again from a place where it is correct.

Fails:

```yaml
id: site-123
name: Downtown Store
contacts:
  - {email: ada@example.com, phone: 4.91512E+11}  # DF410
```

Passes:

```yaml
id: site-123
name: Downtown Store
contacts:
  - {email: ada@example.com, phone: "491512345678"}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.files.edit.write import scalar
from dfsync.findings import Finding, Severity
from dfsync.model.damage import lost, misread, unwrapped, whole_number
from dfsync.validation.rule import Rule, Text

RULE = Rule("DF410", Severity.WARNING)
_SOURCE = "take the value from an undamaged source; in a spreadsheet, format the column as text first"


def check(text: Text) -> Iterator[Finding]:
    """Yield a finding for a text that a spreadsheet program is known to make of another."""
    value = text.value.strip()
    if whole := unwrapped(value) or whole_number(value, text.path[-1]):
        message = "the text has the marks with which a spreadsheet keeps a number as text"
        yield text.finding(RULE.code, message, f"write {scalar(whole, flow=True)}")
    elif (mended := misread(value)) is not None:
        message = "the text was saved in one encoding and read in another"
        yield text.finding(RULE.code, message, f"write {scalar(mended, flow=True)}")
    elif (what := lost(value)) is not None:
        yield text.finding(RULE.code, f"the value is {what}", _SOURCE)
