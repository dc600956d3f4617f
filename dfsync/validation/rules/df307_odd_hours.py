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

from dfsync.findings import Finding, Severity
from dfsync.model.hours.week import Week
from dfsync.model.hours.write import describe
from dfsync.model.text import normal, shortened
from dfsync.validation.rule import Repository, Rule, SharedSite

RULE = Rule("DF307", Severity.HINT)
_FEWEST = 4
_Weeks = dict[str, list[SharedSite]]
"""Sites by their hours; the texts of weeks are equal however they are written."""


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for the one site of a group that differs from all others, once a site."""
    together: dict[tuple[str, ...], _Weeks] = {}
    for site in repository.sites:
        if site.week is not None:
            together.setdefault(site.groups, {}).setdefault(site.week, []).append(site)
    groups: dict[str, _Weeks] = {}
    for names, weeks in together.items():
        for name in dict.fromkeys(map(normal, names)):
            of_name = groups.setdefault(name, {})
            for week, sites in weeks.items():
                of_name.setdefault(week, []).extend(sites)
    told: set[int] = set()
    for name, weeks in sorted(groups.items()):
        odd = _odd(weeks)
        if odd is not None and id(odd[0]) not in told:
            site, usual = odd
            told.add(id(site))
            others = f"all {len(weeks[usual])} other sites of the group {shortened(name, 40)}"
            message = f"{others} have other hours: {shortened(describe(Week.of_text(usual)))}"
            yield Finding(RULE.code, message, site.place, ("operational_hours",))


def _odd(weeks: _Weeks) -> tuple[SharedSite, str] | None:
    """Return the site that differs from all others and the week of the others, None when there is no such site."""
    if len(weeks) != 2:
        return None
    (_, few), (usual, many) = sorted(weeks.items(), key=lambda week: len(week[1]))
    return (few[0], usual) if len(few) == 1 and len(many) >= _FEWEST - 1 else None
