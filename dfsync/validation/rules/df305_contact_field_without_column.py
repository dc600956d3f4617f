"""Contact field without a column.

The contact sheet has the columns that `contact_csv.columns` in dfsync.yaml names. A field without a column is never
sent.

Fails:

```yaml dfsync.yaml
version: 1
contact_csv: {columns: {site: Site ID, email: Contact Email}}
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
contacts:
  - {email: ada@example.com, phone: "+1 415 555 0100"}  # DF305
```

Passes:

```yaml dfsync.yaml
version: 1
contact_csv: {columns: {site: Site ID, email: Contact Email, phone: Contact Phone}}
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
contacts:
  - {email: ada@example.com, phone: "+1 415 555 0100"}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding, On
from dfsync.model.settings import Config
from dfsync.model.site import Contact
from dfsync.validation.rule import Rule

RULE = Rule("DF305")


def check_contact(contact: Contact, config: Config) -> Iterator[Finding]:
    """Yield a finding for each field that no column takes."""
    for name in contact.fields:
        if name not in config.contact_csv.columns and name != "site":
            message = f"no column takes {name}, so it would never be sent (contact_csv.columns)"
            help = f"give {name} a column in dfsync.yaml, or call it x-{name}"
            yield Finding(RULE.code, message, contact.place, (name,), On.KEY, help)
