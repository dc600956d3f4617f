r"""Text that is not in Unicode NFC.

A letter with an accent can be one character or two. NFC, the form in which keyboards and most systems write, has one
wherever there is one; other forms look the same and may not be found by a search.

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

from dfsync.diagnostics import Severity
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Site
from dfsync.validation.finding import Finding
from dfsync.validation.rule import Rule
from dfsync.validation.texts import contact_texts, judged, site_texts

RULE = Rule("DF404", Severity.WARNING)


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding for each text of a site that is not in NFC."""
    return judged(RULE.code, site.source, site_texts(site), _judge)


def check_contact(contact: Contact, _: Config) -> Iterator[Finding]:
    """Yield a finding for each text of a contact that is not in NFC."""
    return judged(RULE.code, contact.source, contact_texts(contact), _judge)


def _judge(text: str) -> tuple[str, str | None] | None:
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return None
    return "the text is not in Unicode NFC: it looks like other text and is spelled differently", "type it again"
