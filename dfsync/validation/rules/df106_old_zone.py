"""Old name of a time zone.

The time zone exists, but it has another name today. The old name is an alias that some systems no longer have. On
those systems the site would have no time zone.

Fails:

```yaml
id: site-123
name: Downtown Store
timezone: US/Pacific  # DF106
```

Passes:

```yaml
id: site-123
name: Downtown Store
timezone: America/Los_Angeles
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding, Severity
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.model.text import normal
from dfsync.validation.geography.zones import zone
from dfsync.validation.rule import Rule

RULE = Rule("DF106", Severity.WARNING)


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding when the zone has a newer name."""
    name = site.text("timezone")
    if not isinstance(name, str):
        return
    found = zone(normal(name))
    if found.known and found.better:
        message = f"{normal(name)} is an old name of {found.better}"
        yield Finding(RULE.code, message, site.place, ("timezone",), help=f"write {found.better}")
