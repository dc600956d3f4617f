"""Site id that two sites have.

Both sites would be written to the same live site, and the last one sent would win. Ids that differ only in case or
spaces count as the same: live has one of the two, and the other would be created beside it and could never be
deleted.

Fails:

```yaml
id: site-123
name: Downtown Store
---
id: Site-123  # DF301
name: Uptown Store
```

Passes:

```yaml
id: site-123
name: Downtown Store
---
id: site-124
name: Uptown Store
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding, RelatedPlace
from dfsync.model.text import id_key, normal, shortened
from dfsync.validation.rule import Repository, Rule, SharedSite

RULE = Rule("DF301", safety=True)


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for each site whose id an earlier one has."""
    first: dict[str, SharedSite] = {}
    for site in repository.sites:
        key = id_key(site.id)
        other = first.setdefault(key, site)
        if not key or other is site:
            continue
        id, earlier = normal(site.id), normal(other.id)
        words = "is the id of another site too"
        if id != earlier:
            words = f"and {shortened(earlier, 40)} differ only in case or spaces"
        also = RelatedPlace("the other site stands here", other.place, ("id",))
        message = f"{shortened(id, 40)} {words}"
        yield Finding(RULE.code, message, site.place, ("id",), help="give one of them another id", related=(also,))
