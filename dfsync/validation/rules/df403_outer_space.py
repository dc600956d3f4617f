"""Space at the start or end.

Outer spaces don't count when texts are compared, and they are sent as typed. Nobody sees them, and a search for the
text may not find it.

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

from dfsync.diagnostics import Severity
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Site
from dfsync.validation.finding import Finding
from dfsync.validation.rule import Rule
from dfsync.validation.texts import contact_texts, judged, site_texts

RULE = Rule("DF403", Severity.WARNING)


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding for each text of a site that starts or ends with space."""
    return judged(RULE.code, site.source, site_texts(site), _judge)


def check_contact(contact: Contact, _: Config) -> Iterator[Finding]:
    """Yield a finding for each text of a contact that starts or ends with space."""
    return judged(RULE.code, contact.source, contact_texts(contact), _judge)


def _judge(text: str) -> tuple[str, str | None] | None:
    if not text or not (text[0].isspace() or text[-1].isspace()) or text.isspace():
        return None
    sides = [side for side, character in (("starts", text[0]), ("ends", text[-1])) if character.isspace()]
    return f"the text {' and '.join(sides)} with white space", "take it out"
