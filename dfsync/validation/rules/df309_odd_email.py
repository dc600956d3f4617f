"""Text that is not an e-mail address.

The API accepts any text here. If it is not an e-mail address, alerts for this contact reach nobody.

Fails:

```yaml
id: site-123
name: Downtown Store
contacts:
  - {name: Ada Lovelace, email: ada.example.com}  # DF309
```

Passes:

```yaml
id: site-123
name: Downtown Store
contacts:
  - {name: Ada Lovelace, email: ada@example.com}
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfsync.findings import Finding, Severity
from dfsync.model.likeness.characters import SYNTAX
from dfsync.model.settings import Config
from dfsync.model.site import Contact
from dfsync.model.text import normal
from dfsync.validation.rule import Rule

RULE = Rule("DF309", Severity.WARNING)

# No more than a slip of the hand: what a mail server takes is its own business.
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


def check_contact(contact: Contact, _: Config) -> Iterator[Finding]:
    """Yield a finding for an e-mail address without an @ between two words; one that only looks like @ is DF409."""
    email = normal(contact.fields.get("email"))
    if email and not _ADDRESS.fullmatch(email) and not any(character in SYNTAX for character in email):
        help = "the form is ada@example.com"
        yield Finding(RULE.code, "the text is no e-mail address", contact.place, ("email",), help=help)
