"""Hours unlike those of all others in the group.

All sites of a group but one have the same opening hours. That may be right, but often somebody missed one file in a
change. dfsync does not check groups with fewer than four sites that have hours.

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

from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from dfsync.findings import Finding, Severity
from dfsync.model.hours.week import Week
from dfsync.model.hours.write import describe
from dfsync.model.text import normal, shortened
from dfsync.validation.rule import Repository, Rule, SharedSite

RULE = Rule("DF307", Severity.HINT)
_FEWEST = 4


class _Alike(Struct):
    """The sites of a group that have the same hours: how many they are, and the first of them."""

    site: SharedSite
    count: int = 1


_Weeks = dict[str, _Alike]
"""Sites by their hours; the texts of weeks are equal however they are written."""


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for the one site of a group that differs from all others, once a site."""
    groups: dict[str, _Weeks] = {}
    names = cache(_names)
    for site in repository.sites:
        for name in names(site.groups) if site.week is not None else ():
            _add(groups.setdefault(name, {}), site)
    told: set[int] = set()
    for name, weeks in sorted(groups.items()):
        odd = _odd(weeks)
        if odd is not None and id(odd[0]) not in told:
            site, usual, others = odd
            told.add(id(site))
            all_others = f"all {others} other sites of the group {shortened(name, 40)}"
            message = f"{all_others} have other hours: {shortened(describe(Week.of_text(usual)))}"
            yield Finding(RULE.code, message, site.place, ("operational_hours",))


def _names(groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(normal, groups)))


def _add(weeks: _Weeks, site: SharedSite) -> None:
    """Count a site. At most three weeks of a group are kept: a group with more than two is not reported."""
    week = site.week or ""
    if week in weeks:
        weeks[week].count += 1
    elif len(weeks) <= 2:
        weeks[week] = _Alike(site)


def _odd(weeks: _Weeks) -> tuple[SharedSite, str, int] | None:
    """Return the site that differs from all others, the week of the others and their number; None without such one."""
    if len(weeks) != 2:
        return None
    (_, few), (usual, many) = sorted(weeks.items(), key=lambda week: week[1].count)
    return (few.site, usual, many.count) if few.count == 1 and many.count >= _FEWEST - 1 else None
