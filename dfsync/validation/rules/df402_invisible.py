r"""Control or invisible character.

The text has a character that nobody sees: a control character, a line break, a zero width space, a mark of writing
direction. It comes along when text is copied from a web page or a spreadsheet, and makes two texts differ that look the
same.

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

from dfsync.diagnostics import Severity
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Site
from dfsync.model.text import shortened
from dfsync.validation.finding import Finding
from dfsync.validation.rule import Rule
from dfsync.validation.texts import contact_texts, judged, site_texts

RULE = Rule("DF402", Severity.WARNING)
_NAMES = {"\n": "a line break", "\r": "a line break", "\t": "a tab"}


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding for each text of a site with a character that can't be seen."""
    return judged(RULE.code, site.source, site_texts(site), _judge)


def check_contact(contact: Contact, _: Config) -> Iterator[Finding]:
    """Yield a finding for each text of a contact with a character that can't be seen."""
    return judged(RULE.code, contact.source, contact_texts(contact), _judge)


def _judge(text: str) -> tuple[str, str | None] | None:
    if text.isprintable():
        return None
    text = text.strip()
    hidden = next((place for place, character in enumerate(text) if _is_hidden(character, text, place)), None)
    if hidden is None:
        return None
    character = text[hidden]
    name = _NAMES.get(character) or unicodedata.name(character, "a control character").lower()
    where = f"after {shortened(text[:hidden][-20:], 40)}" if hidden else f"before {shortened(text[1:21], 40)}"
    return f"U+{ord(character):04X} ({name}) stands {where} and can't be seen", "take it out"


def _is_hidden(character: str, text: str, place: int) -> bool:
    if character.isprintable() or unicodedata.category(character) in ("Zs", "Cn"):
        return False
    # Joiners are spelling in many scripts and in emoji, and nothing between ASCII letters.
    return character not in "\u200c\u200d" or text[place - 1 : place].isascii() or text[place + 1 : place + 2].isascii()
