"""Field that cannot be emptied.

`null` empties a field by sending an empty cell. But dfsync.yaml says `api: {blank_cells: keep}`: an empty cell leaves
the field as it is. So live would never become what the file says.

Fails:

```yaml dfsync.yaml
version: 1
api: {blank_cells: keep}
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
escalation_path: null  # DF112
```

Passes:

```yaml dfsync.yaml
version: 1
api: {blank_cells: keep}
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Site
from dfsync.validation.rule import Rule

RULE = Rule("DF112")
_MESSAGE = "the field can't be emptied: empty cells keep what is there (api.blank_cells)"
_HELP = "leave the field out, and empty it in the web application"


def check(site: Site, config: Config) -> Iterator[Finding]:
    """Yield a finding for each field of a site that is written as empty."""
    if config.api.blank_cells == "keep":
        for name, value in site.fields.items():
            if _is_empty(value) and name != "name":  # DF111 has a name of spaces
                yield Finding(RULE.code, _MESSAGE, site.place, tuple(name.split(".")), help=_HELP)


def check_contact(contact: Contact, config: Config) -> Iterator[Finding]:
    """Yield a finding for each field of a contact that is written as empty."""
    if config.api.blank_cells == "keep":
        for name, value in contact.fields.items():
            if _is_empty(value):
                yield Finding(RULE.code, _MESSAGE, contact.place, (name,), help=_HELP)


def _is_empty(value: object) -> bool:
    """Whether a value is sent as an empty cell, or as spaces, which live shows as empty too."""
    return value is None or (isinstance(value, str) and not value.strip())
