"""Calendar of a site whose hours are not managed.

A dated exception replaces the hours of one weekday in the week that is sent. If the files do not manage the hours of
the site, or the hours are empty, there is no week to replace them in. The site keeps the hours that live has on that
day. Manage its hours, or choose fewer sites for the calendar. If that is what you want, lower the level of this rule
under `rules`.

Fails:

```yaml dfsync.yaml
version: 1
calendars:
  holidays:  # DF523
    match: sites/**
    exceptions:
      - {date: "2026-12-25", closed: true}
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
```

Passes:

```yaml dfsync.yaml
version: 1
calendars:
  holidays:
    match: sites/**
    exceptions:
      - {date: "2026-12-25", closed: true}
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
operational_hours: {Mon-Sun: 09:00-17:59}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.files.calendars import CalendarChooser
from dfsync.findings import Finding, On, RelatedPlace
from dfsync.model.place import CONFIG_PLACE
from dfsync.model.text import counted, shortened
from dfsync.validation.rule import Repository, Rule, SharedSite

RULE = Rule("DF523")


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for each calendar that is chosen for sites without hours."""
    chooser = CalendarChooser(repository.config.calendars.values())
    found: dict[str, list[SharedSite]] = {}
    for site in repository.sites if repository.config.calendars else ():
        if site.week is None:
            for calendar in chooser.calendars(site.file, site.groups):
                if calendar.exceptions:
                    found.setdefault(calendar.name, []).append(site)
    for name, sites in found.items():
        first = shortened(sites[0].id, 40)
        where = first if len(sites) == 1 else f"{counted(len(sites), 'site')}, such as {first},"
        verb = "has" if len(sites) == 1 else "have"
        message = f"calendar {shortened(name, 40)} is for {where} that {verb} no hours in the files"
        help = "manage operational_hours there, or narrow match or groups"
        related = (RelatedPlace(f"{first} stands here", sites[0].place),)
        yield Finding(RULE.code, message, CONFIG_PLACE, ("calendars", name), On.KEY, help, related)
