"""Contact without a part of its key.

The key tells one contact from another (`contact_csv.key` in dfsync.yaml: the site and the e-mail address, if you do
not change it). Without a complete key dfsync cannot know whether the contact is new.

Fails:

```yaml
id: site-123
name: Downtown Store
contacts:
  - {name: Ada Lovelace, phone: "+1 415 555 0100"}  # DF304
```

Passes:

```yaml
id: site-123
name: Downtown Store
contacts:
  - {name: Ada Lovelace, email: ada@example.com, phone: "+1 415 555 0100"}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding, On
from dfsync.model.settings import Config
from dfsync.model.site import Contact
from dfsync.model.text import normal
from dfsync.validation.rule import Rule

RULE = Rule("DF304", safety=True)


def check_contact(contact: Contact, config: Config) -> Iterator[Finding]:
    """Yield a finding for each field of the key that is missing or empty; a missing site is the schema's business."""
    for name in config.contact_csv.key:
        if name != "site" and not normal(contact.fields.get(name)):
            on = On.VALUE if name in contact.fields else On.OPENING
            message = f"the contact needs {name}, a part of its key (contact_csv.key)"
            path = (name,) if name in contact.fields else ()
            yield Finding(RULE.code, message, contact.place, path, on, f"add {name}:")
