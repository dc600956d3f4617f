"""Contact of an unknown site.

The contact belongs to a site that no file describes. Either the id is misspelled, or somebody removed the site and
forgot its contacts.

Fails:

```yaml
sites:
  - {id: site-123, name: Downtown Store}
contacts:
  - {site: site-132, name: Ada Lovelace, email: ada@example.com}  # DF303
```

Passes:

```yaml
sites:
  - {id: site-123, name: Downtown Store}
contacts:
  - {site: site-123, name: Ada Lovelace, email: ada@example.com}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding
from dfsync.model.likeness.spelling import near_id
from dfsync.model.text import normal, shortened
from dfsync.validation.rule import Repository, Rule

RULE = Rule("DF303")

# To look for a near id takes milliseconds where there are thousands; more lost sites than this are no slips of the pen.
_MOST_SUGGESTIONS = 20


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for each contact whose site is in no file, as long as every file could be read."""
    if not repository.complete or not repository.contacts:
        return
    ids = {normal(site.id): site.id for site in repository.sites}
    helps: dict[str, str | None] = {}
    for contact in repository.contacts:
        id = normal(contact.site)
        if contact.site and id not in ids:
            if id not in helps:
                helps[id] = near_id(contact.site, ids.values()) if len(helps) < _MOST_SUGGESTIONS else None
            message = f"no site has the id {shortened(contact.site, 40)}"
            yield Finding(RULE.code, message, contact.place, ("site",), help=helps[id])
