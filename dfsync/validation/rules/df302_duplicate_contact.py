"""Contact that is written twice.

Two contacts have the same key (`contact_csv.key` in dfsync.yaml: the site and the e-mail address, if you do not
change it). They would be one row, and the last one sent would win.

Fails:

```yaml
id: site-123
name: Downtown Store
contacts:
  - {name: Ada Lovelace, email: ada@example.com}
  - {name: A. Lovelace, email: Ada@example.com}  # DF302
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

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from dfsync.findings import Finding, RelatedPlace
from dfsync.model.place import Pointer
from dfsync.model.site import Contact
from dfsync.validation.rule import Repository, Rule

RULE = Rule("DF302", safety=True)


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for each contact whose key an earlier one has; incomplete keys are another rule's business."""
    names = repository.config.contact_csv.key
    first: dict[tuple[str, ...], Contact] = {}
    sites = {(site.place.file, site.place.pointer) for site in repository.sites} if repository.contacts else set()
    for contact in repository.contacts:
        key = contact.folded_key(names)
        other = first.setdefault(key, contact)
        if all(key) and other is not contact and not _in_two_sites(contact, other, sites):
            message = f"another contact has the same {' and '.join(names)}"
            also = RelatedPlace("the other contact stands here", other.place)
            yield Finding(RULE.code, message, contact.place, help="keep one of the two", related=(also,))


def _in_two_sites(one: Contact, other: Contact, sites: AbstractSet[tuple[str, Pointer]]) -> bool:
    """Whether the contacts stand in two sites: then the sites have the same id, and DF301 says so."""
    places = [(contact.place.file, contact.place.pointer[:-2]) for contact in (one, other)]
    return places[0] != places[1] and all(place in sites for place in places)
