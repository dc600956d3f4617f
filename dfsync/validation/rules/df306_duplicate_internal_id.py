"""Internal id that two sites have.

The traffic API knows a site by its `internal_id`. Two sites with the same one would show each other's traffic.

Fails:

```yaml
id: site-123
name: Downtown Store
internal_id: 750
---
id: site-124
name: Uptown Store
internal_id: 750  # DF306
```

Passes:

```yaml
id: site-123
name: Downtown Store
internal_id: 750
---
id: site-124
name: Uptown Store
internal_id: 751
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding, RelatedPlace
from dfsync.validation.rule import Repository, Rule, SharedSite

RULE = Rule("DF306")


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for each site whose internal id an earlier one has."""
    first: dict[int, SharedSite] = {}
    for site in repository.sites:
        if site.internal_id is None:
            continue
        other = first.setdefault(site.internal_id, site)
        if other is not site:
            also = RelatedPlace("the other site stands here", other.place, ("internal_id",))
            message = f"another site has the internal id {site.internal_id}"
            yield Finding(RULE.code, message, site.place, ("internal_id",), related=(also,))
