"""Unknown time zone.

Opening hours are local times. If the time zone does not exist, nobody knows when the site is open. Time zones are
names of the IANA database such as `America/New_York`. Abbreviations (`PST`), offsets (`GMT-05:00`) and names from
store directories (`GMT-05:00 America/New_York`, `Asia/Beijing`) are not.

Fails:

```yaml
id: site-123
name: Downtown Store
timezone: GMT-05:00 America/New_York  # DF105
```

Passes:

```yaml
id: site-123
name: Downtown Store
timezone: America/New_York
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.model.text import normal, shortened
from dfsync.validation.geography.countries import country_code
from dfsync.validation.geography.zones import offered, zone
from dfsync.validation.rule import Rule

RULE = Rule("DF105")


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding when the zone is none of the database."""
    name = site.text("timezone")
    if name is None or not normal(name):
        return
    found = zone(normal(name))
    if not found.known:
        country = site.text("address.country")
        better = offered(normal(name), country_code(country) if country is not None else None)
        help = f"write {better}" if better else "name the zone of the place, in the form America/New_York"
        message = f"there is no time zone {shortened(name, 40)}"
        yield Finding(RULE.code, message, site.place, ("timezone",), help=help)
