"""Times that may have been swapped.

If a span ends at an earlier time than it starts, it runs past midnight. Hardly any site is open from the afternoon
until the next morning for more than half a day. More often the two times are swapped.

Fails:

```yaml
id: site-123
name: Downtown Store
operational_hours: {Mon-Fri: 18:59-09:00}  # DF210
```

Passes:

```yaml
id: site-123
name: Downtown Store
operational_hours: {Mon-Fri: 09:00-18:59, Sat: 18:00-03:59}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding, Severity
from dfsync.model.hours.week import DAY, DAYS, Span, Week
from dfsync.model.hours.write import clock, describe_span
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.validation.rule import Rule

RULE = Rule("DF210", Severity.HINT)
_NOON, _MORNING = 12 * 60, DAY + 6 * 60


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding for the first hours from an afternoon to a morning."""
    if site.week is not None and (found := _swapped(site.week)) is not None:
        day, (start, stop) = found
        hours = f"{DAYS[day]} {describe_span((start, stop))}"
        message = f"{hours} is open overnight for {(stop - start) / 60:.0f} hours: are the times swapped?"
        help = f"if the site is open by day, its hours on {DAYS[day]} are {clock(stop - 1)}-{clock(start)}"
        yield Finding(RULE.code, message, site.place, ("operational_hours",), help=help)


def _swapped(week: Week) -> tuple[int, Span] | None:
    """Return the first span that begins after noon and ends in the next morning, more than half a day later."""
    for day, spans in enumerate(week.days):
        for start, stop in spans:
            if stop > _MORNING and start >= _NOON and DAY // 2 < stop - start < DAY:
                return day, (start, stop)
    return None
