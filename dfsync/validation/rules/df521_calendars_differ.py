"""Calendars that differ on a date.

A site is in two calendars, and they give it different hours for the same day. dfsync cannot know which of them is
right. If the site or its profile has an exception of its own for that day, that one counts.

Fails:

```yaml dfsync.yaml
version: 1
calendars:
  holidays:
    match: sites/**
    exceptions:
      - {date: "2026-12-24", closed: true}
  short-days:
    groups: [Retail]
    exceptions:
      - {date: "2026-12-24", hours: 09:00-14:00}  # DF521
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
groups: [Retail]
operational_hours: {Mon-Sun: 09:00-17:59}
```

Passes:

```yaml dfsync.yaml
version: 1
calendars:
  holidays:
    match: sites/**
    exceptions:
      - {date: "2026-12-25", closed: true}
  short-days:
    groups: [Retail]
    exceptions:
      - {date: "2026-12-24", hours: 09:00-14:00}
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
groups: [Retail]
operational_hours: {Mon-Sun: 09:00-17:59}
```
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from itertools import combinations

from dfsync.files.calendars import CalendarChooser
from dfsync.findings import Finding, RelatedPlace
from dfsync.model.exception_days import DatedException, clashes
from dfsync.model.place import CONFIG_PLACE
from dfsync.model.settings import ExceptionCalendar
from dfsync.model.text import counted, shortened
from dfsync.validation.rule import Repository, Rule, SharedSite

RULE = Rule("DF521", safety=True)


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for each two exceptions of different calendars that some site would have on the same day."""
    chooser = CalendarChooser(repository.config.calendars.values())
    together: dict[int, tuple[tuple[ExceptionCalendar, ...], list[SharedSite]]] = {}
    for site in repository.sites if len(repository.config.calendars) > 1 else ():
        calendars = chooser.calendars(site.file, site.groups)
        if len(calendars) > 1 and site.week is not None:
            together.setdefault(id(calendars), (calendars, []))[1].append(site)
    found: dict[tuple[DatedException, DatedException], list[SharedSite]] = {}
    for calendars, sites in together.values():
        for one, other in combinations(calendars, 2):
            for pair in clashes(one.exceptions, other.exceptions):
                open_to_doubt = [site for site in sites if not _is_settled(site, *_days(*pair))]
                if open_to_doubt:
                    found.setdefault(pair, []).extend(open_to_doubt)
    for (earlier, later), sites in found.items():
        yield _finding(earlier, later, sites)


def _finding(earlier: DatedException, later: DatedException, sites: Sequence[SharedSite]) -> Finding:
    first, last = _days(earlier, later)
    days = f"{first}" if first == last else f"{first} to {last}"
    one, other = (shortened(str(each.pointer[2]), 40) for each in (earlier, later))
    where = f"{counted(len(sites), 'site')}, such as {shortened(sites[0].id, 40)}"
    return Finding(
        RULE.code,
        f"calendars {one} and {other} differ on {days}, at {where}",
        CONFIG_PLACE,
        later.pointer[1:],
        help="give both the same hours, or write the day at the sites themselves",
        related=(RelatedPlace(f"calendar {one} has it here", CONFIG_PLACE, earlier.pointer[1:]),),
    )


def _days(one: DatedException, other: DatedException) -> tuple[datetime.date, datetime.date]:
    return max(one.date, other.date), min(one.last, other.last)


def _is_settled(site: SharedSite, first: datetime.date, last: datetime.date) -> bool:
    """Whether a nearer exception of the site has each of these days."""
    low, high = first.toordinal(), last.toordinal()
    return sum(max(0, min(high, end) - max(low, start) + 1) for start, end in site.days) == high - low + 1
