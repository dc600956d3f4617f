"""Public holiday that no exception covers.

In the next 60 days there is a public holiday at these sites, and they would be open as usual. Maybe nobody has
thought of it. This rule is off until you give it a level under `rules`, and it needs the extra `holidays`. `dfsync
holidays REGION YEAR --write CALENDAR` writes holidays into a calendar. If a site is open as usual, write an exception
with its usual hours.

Fails:

```yaml dfsync.yaml
version: 1
rules:
  DF524: {level: hint}  # DF524
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
address: {country: USA}
operational_hours: {Mon-Sun: 09:00-17:59}
```

Passes:

```yaml dfsync.yaml
version: 1
rules:
  DF524: {level: hint}
calendars:
  us:
    match: sites/**
    exceptions:
      - {from: "2026-12-24", to: "2026-12-26", closed: true}
      - {date: "2027-01-01", closed: true}
      - {date: "2027-01-18", hours: 10:00-14:59}
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
address: {country: USA}
operational_hours: {Mon-Sun: 09:00-17:59}
```
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dfsync.findings import Finding, On, Severity
from dfsync.model.hours.week import DAYS
from dfsync.model.place import CONFIG_PLACE
from dfsync.model.text import counted, first_few, shortened
from dfsync.validation.rule import Repository, Rule

if TYPE_CHECKING:
    from dfsync.validation.geography.public_holidays import HolidayRegion, MissingHoliday

RULE = Rule("DF524", Severity.HINT, on_request=True)


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for each region with holidays that some site has no exception for."""
    asked = repository.config.rules.get(RULE.code)
    if asked is None or asked.level == "off":
        return
    from dfsync.validation.geography.public_holidays import is_installed, managed_by_region, missing

    if not is_installed():
        return
    found: dict[HolidayRegion, list[MissingHoliday]] = {}
    for one in missing(managed_by_region(repository.whole_sites()), today()):
        found.setdefault(one.region, []).append(one)
    for where, holidays in found.items():
        sites = len({id for each in holidays for id in each.sites})
        named = first_few([*map(_named, holidays)], 3)
        message = f"no exception for {named} at {counted(sites, 'site')} of {where}"
        help = f"run dfsync holidays {where} {holidays[0].holiday.date.year} --closed --write CALENDAR"
        yield Finding(RULE.code, message, CONFIG_PLACE, ("rules", RULE.code), On.KEY, help)


def today() -> datetime.date:
    """Return the day from which on holidays are looked for."""
    return datetime.datetime.now(datetime.UTC).date()


def _named(one: MissingHoliday) -> str:
    return f"{DAYS[one.holiday.date.weekday()]} {one.holiday.date} ({shortened(one.holiday.name, 40)})"
