"""Calendar that no site has.

No site is in this calendar: its `match` matches no site file (paths are relative to dfsync.yaml), or no site is in
its `groups`. So no site gets its days.

Fails:

```yaml dfsync.yaml
version: 1
calendars:
  holidays:  # DF522
    match: stores/us/**
    exceptions:
      - {date: "2026-12-25", closed: true}
```

```yaml sites/us/downtown.yaml
id: site-123
name: Downtown Store
operational_hours: {Mon-Sun: 09:00-17:59}
```

Passes:

```yaml dfsync.yaml
version: 1
calendars:
  holidays:
    match: sites/us/**
    exceptions:
      - {date: "2026-12-25", closed: true}
```

```yaml sites/us/downtown.yaml
id: site-123
name: Downtown Store
operational_hours: {Mon-Sun: 09:00-17:59}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.files.calendars import CalendarChooser
from dfsync.findings import Finding, On, Severity
from dfsync.model.place import CONFIG_PLACE
from dfsync.model.text import shortened
from dfsync.validation.rule import Repository, Rule

RULE = Rule("DF522", Severity.WARNING)


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for each calendar that no site has, as long as every file could be read."""
    calendars = repository.config.calendars
    if not calendars or not repository.complete or not repository.sites:
        return
    chooser = CalendarChooser(calendars.values())
    chosen = {id(found): found for found in (chooser.calendars(site.file, site.groups) for site in repository.sites)}
    used = {calendar.name for found in chosen.values() for calendar in found}
    for name, calendar in calendars.items():
        if name not in used and calendar.groups != frozenset():  # which is an error of its own
            message, help = f"no site has the calendar {shortened(name, 40)}", "correct its match or groups"
            yield Finding(RULE.code, message, CONFIG_PLACE, ("calendars", name), On.KEY, help)
