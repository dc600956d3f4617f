"""Hours unlike those of all others in the group.

All sites of a group but one have the same opening hours. That may be as it is; often it is a change that one file
missed. Groups of fewer than four sites with hours are not judged.

Fails:

```yaml
sites:
  - {id: site-1, name: One, groups: [West], operational_hours: {Mon-Fri: 09:00-17:59}}
  - {id: site-2, name: Two, groups: [West], operational_hours: {Mon-Fri: 09:00-17:59}}
  - {id: site-3, name: Three, groups: [West], operational_hours: {Mon-Fri: 09:00-17:59}}
  - {id: site-4, name: Four, groups: [West], operational_hours: {Mon-Fri: 09:00-18:59}}  # DF307
```

Passes:

```yaml
sites:
  - {id: site-1, name: One, groups: [West], operational_hours: {Mon-Fri: 09:00-17:59}}
  - {id: site-2, name: Two, groups: [West], operational_hours: {Mon-Fri: 09:00-17:59}}
  - {id: site-3, name: Three, groups: [West], operational_hours: {Mon-Fri: 09:00-17:59}}
  - {id: site-4, name: Four, groups: [West], operational_hours: {Mon-Fri: 09:00-17:59}}
```
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dfsync.diagnostics import Severity
from dfsync.model.hours import Week
from dfsync.model.hours_write import describe
from dfsync.model.text import normal, shortened
from dfsync.validation.finding import Finding
from dfsync.validation.rule import Repository, Rule, SharedSite

RULE = Rule("DF307", Severity.HINT)
_FEWEST = 4


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for the one site of a group that differs from all others, once a site."""
    together: dict[tuple[str, ...], list[tuple[SharedSite, Week]]] = {}
    for site in repository.sites:
        if site.week is not None:
            together.setdefault(site.groups, []).append((site, site.week))
    groups: dict[str, list[tuple[SharedSite, Week]]] = {}
    for names, members in together.items():
        for name in dict.fromkeys(map(normal, names)):
            groups.setdefault(name, []).extend(members)
    told: set[int] = set()
    for name, members in sorted(groups.items()):
        odd = _odd(members)
        if odd is not None and id(odd[0]) not in told:
            told.add(id(odd[0]))
            others = shortened(describe(odd[1]))
            message = (
                f"all {len(members) - 1} other sites of the group {shortened(name, 40)} have other hours: {others}"
            )
            yield Finding(RULE.code, message, odd[0].source, ("operational_hours",))


def _odd(members: list[tuple[SharedSite, Week]]) -> tuple[SharedSite, Week] | None:
    """Return the site that differs from all others and the week of the others, None when there is no such site."""
    if len(members) < _FEWEST:
        return None
    weeks = Counter(week.minutes for _, week in members)
    if len(weeks) != 2 or min(weeks.values()) != 1:
        return None
    usual = weeks.most_common(1)[0][0]
    odd = next(site for site, week in members if week.minutes != usual)
    return odd, next(week for _, week in members if week.minutes == usual)
