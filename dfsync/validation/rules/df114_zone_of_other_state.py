"""Time zone of another state.

The address names a state of the United States, Canada, Australia, Brazil, Mexico, Spain or Indonesia, and no part of
that state has the time of this time zone. One of the two is probably wrong. If it is the time zone, the site appears to
open an hour or more too early or too late.

Fails:

```yaml
id: site-123
name: Downtown Store
address: {state: CA, country: USA}
timezone: America/New_York  # DF114
```

Passes:

```yaml
id: site-123
name: Downtown Store
address: {state: CA, country: USA}
timezone: America/Los_Angeles
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding, RelatedPlace, Severity
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.model.text import normal
from dfsync.validation.geography.countries import country_code
from dfsync.validation.geography.states import keeps_time_of, state_code, state_name, zones_of_state
from dfsync.validation.geography.zones import countries_of, zone
from dfsync.validation.rule import Rule

RULE = Rule("DF114", Severity.WARNING)


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding when zone and state are known, and no part of the state keeps the zone's time."""
    name, state, country = (site.fields.get(field) for field in ("timezone", "address.state", "address.country"))
    if not (isinstance(name, str) and isinstance(state, str) and isinstance(country, str)):
        return
    name = normal(name)
    of = country_code(country)
    code = state_code(of, normal(state)) if of else None
    if of is None or code is None or not zone(name).known or of not in countries_of(name):
        return  # a zone of another country is told by another rule
    if keeps_time_of(name, code):
        return
    zones = zones_of_state(code)
    message = f"no part of {state_name(code)} keeps the time of {name}"
    help = f"write {zones[0]}" if len(zones) == 1 else f"{state_name(code)} has {' and '.join(zones)}"
    related = RelatedPlace("the state stands here", site.place, ("address", "state"))
    yield Finding(RULE.code, message, site.place, ("timezone",), help=help, related=(related,))
