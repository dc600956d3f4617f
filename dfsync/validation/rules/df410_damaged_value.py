r"""Value that a spreadsheet damaged.

Spreadsheet programs show a long number as 1.23457E+12, an error as #REF! and a narrow column as ########. A file that
was saved in another encoding has � or ? in place of letters. The damaged value does not say what it was, so take it
again from where it was correct.

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

import re
from collections.abc import Iterator

from dfsync.files.edit.write import scalar
from dfsync.findings import Finding, Severity
from dfsync.validation.rule import Rule, Text

RULE = Rule("DF410", Severity.WARNING)
_SOURCE = "take the value from an undamaged source; in a spreadsheet, format the column as text first"
_SCIENTIFIC = r"[+-]?[0-9](?:[.,][0-9]+)?[Ee][+-][0-9]{1,3}|[+-]?[0-9][.,][0-9]+[Ee][0-9]{1,3}"
_ERROR = r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)|Err:[0-9]{3}"
_LOST = (
    (re.compile(_SCIENTIFIC), "a number whose last digits a spreadsheet left out"),
    (re.compile(_ERROR), "an error of a spreadsheet"),
    (re.compile(r"#{3,}"), "what a spreadsheet shows in a column that is too narrow"),
    (re.compile(r"(?s:.*)(?:\ufffd|\?\?)(?s:.*)"), "a text whose letters were lost when a file was saved"),
)
_FORMULA = re.compile(r'="(.*)"|=([0-9]+)|\'([0-9]+)')
_DECIMAL = re.compile(r"([0-9]+)\.0+")
_NUMBERS = frozenset({"id", "phone", "postal_code"})


def check(text: Text) -> Iterator[Finding]:
    """Yield a finding for a text that a spreadsheet program is known to make of another."""
    value = text.value.strip()
    if whole := unwrapped(value, text.path[-1]):
        message = "the text has the marks with which a spreadsheet keeps a number as text"
        yield text.finding(RULE.code, message, f"write {scalar(whole)}")
    elif (mended := _decoded(value)) is not None:
        message = "the text was saved in one encoding and read in another"
        yield text.finding(RULE.code, message, f"write {scalar(mended)}")
    elif (what := lost(value)) is not None:
        yield text.finding(RULE.code, f"the value is {what}", _SOURCE)


def lost(value: str) -> str | None:
    """Return what a text is that lost a part of itself, None for one that is whole."""
    return next((what for pattern, what in _LOST if pattern.fullmatch(value)), None)


def unwrapped(value: str, field: str | int) -> str | None:
    """Return the text in `="00123"`, in `'00123` and, for what is no measure, in `94105.0`; None for another."""
    found = _FORMULA.fullmatch(value) or (_DECIMAL.fullmatch(value) if field in _NUMBERS else None)
    return next((part for part in found.groups() if part), None) if found else None


def _decoded(value: str) -> str | None:
    """Return what UTF-8 that was read as Windows-1252 says: `CafÃ©` is `Café`."""
    if value.isascii():
        return None
    try:
        return value.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
