"""Text that a spreadsheet would run.

A cell that begins with `=`, `+`, `-` or `@` is a formula to Excel, LibreOffice and Google Sheets. Whoever opens an
export there sees a number or an error instead of the text, or runs what somebody else has written. A phone number with
spaces is none.

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

from dfsync.diagnostics import Severity
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Site
from dfsync.validation.finding import Finding
from dfsync.validation.rule import Rule
from dfsync.validation.texts import contact_texts, judged, site_texts

RULE = Rule("DF405", Severity.WARNING)
_LEADS = frozenset("=+-@")
# An international phone number; with hyphens it would be a sum.
_PHONE = re.compile(r"\+[0-9]+(?: \(?[0-9]+\)?)+")


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding for each text of a site that begins like a formula."""
    return judged(RULE.code, site.source, site_texts(site), _judge)


def check_contact(contact: Contact, _: Config) -> Iterator[Finding]:
    """Yield a finding for each text of a contact that begins like a formula."""
    return judged(RULE.code, contact.source, contact_texts(contact), _judge)


def _judge(text: str) -> tuple[str, str | None] | None:
    if text[:1] not in _LEADS or not text or _PHONE.fullmatch(text):
        return None
    return (
        f"a spreadsheet would take the text for a formula: it begins with {text[0]}",
        "begin with a letter or a digit",
    )
