"""Time zone of another country.

The address names a country, and the time zone is not one of that country. One of the two is probably wrong. If it is
the time zone, the site appears to open hours too early or too late. dfsync does not check a country that it does not
recognise.

Fails:

```yaml
id: site-123
name: Downtown Store
address: {country: Canada}
timezone: America/New_York  # DF107
```

Passes:

```yaml
id: site-123
name: Downtown Store
address: {country: Canada}
timezone: America/Toronto
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding, RelatedPlace, Severity
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.model.text import normal
from dfsync.validation.geography.countries import country_code, country_name
from dfsync.validation.geography.zones import countries_of, zone, zones_of
from dfsync.validation.rule import Rule

RULE = Rule("DF107", Severity.WARNING)


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding when both are known and don't fit."""
    name, country = site.text("timezone"), site.text("address.country")
    if name is None or country is None:
        return
    code = country_code(country)
    name = normal(name)
    if code is None or not zone(name).known or code in countries_of(name):
        return
    known = zones_of(code)
    help = (
        f"{country_name(code)} has {', '.join(known[:3])}{' and others' if len(known) > 3 else ''}" if known else None
    )
    also = RelatedPlace("the country stands here", site.place, ("address", "country"))
    message = f"{name} is not a time zone of {country_name(code)}"
    yield Finding(RULE.code, message, site.place, ("timezone",), help=help, related=(also,))
