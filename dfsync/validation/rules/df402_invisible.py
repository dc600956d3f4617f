r"""Control or invisible character.

The text has a character that nobody sees: a control character, a line break, a zero width space, or a mark of writing
direction. Such characters come along when text is copied from a web page or a spreadsheet. Two texts that look the
same then differ.

Fails:

```yaml
id: site-123
name: "Belfast\u200b Central"  # DF402
```

Passes:

```yaml
id: site-123
name: Belfast Central
```
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from dfsync.findings import Finding, Severity
from dfsync.model.text import BLANK, shortened
from dfsync.validation.rule import Rule, Text

RULE = Rule("DF402", Severity.WARNING)
_NAMES = {"\n": "a line break", "\r": "a line break", "\t": "a tab"}


def check(text: Text) -> Iterator[Finding]:
    """Yield a finding for the first character that can't be seen; outer white space is another rule's business."""
    inner = text.value.strip()
    if inner.isprintable() and BLANK.isdisjoint(inner):
        return
    hidden = next((place for place, character in enumerate(inner) if _is_hidden(character, inner, place)), None)
    if hidden is None:
        return
    character = inner[hidden]
    name = _NAMES.get(character) or unicodedata.name(character, "a control character").lower()
    where = f"after “{shortened(inner[:hidden][-20:], 40)}”" if hidden else "at the start"
    yield text.finding(RULE.code, f"U+{ord(character):04X} ({name}) stands {where} and can't be seen", "take it out")


def _is_hidden(character: str, text: str, place: int) -> bool:
    if character in BLANK:
        return True
    if character.isprintable() or unicodedata.category(character) in ("Zs", "Cn"):
        return False
    # Joiners are spelling in many scripts and in emoji, and nothing between ASCII letters.
    return character not in "\u200c\u200d" or text[place - 1 : place].isascii() or text[place + 1 : place + 2].isascii()
