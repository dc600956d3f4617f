"""Columns of a spreadsheet that don't fit.

`sheets` says for each column of a spreadsheet which field it is. The field has to exist, a site has one column for each
field, and one column has the site's id. Several columns may have hours of the same days (`hours.Mon` once for the
morning and once for the afternoon). Columns of opening and closing times may repeat as well: from left to right, each
opening time belongs to the closing time with the same number.

Fails:

```yaml dfsync.yaml
version: 1
sheets:
  stores:
    match: "*.xlsx"
    columns: {"Store #": id, Store Name: name, Town: address.town}  # DF510
```

Passes:

```yaml dfsync.yaml
version: 1
sheets:
  stores:
    match: "*.xlsx"
    columns: {"Store #": id, Store Name: name, Town: address.city}
```
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator

from dfsync.findings import Finding, On, RelatedPlace
from dfsync.model.column_targets import all_targets_text, hours_column, is_target, may_repeat, targets
from dfsync.model.likeness.spelling import nearest
from dfsync.model.place import CONFIG_PLACE
from dfsync.model.settings import Config
from dfsync.model.sheet_settings import SheetSettings
from dfsync.model.text import shortened
from dfsync.validation.rule import Rule

RULE = Rule("DF510")


def check(config: Config) -> Iterator[Finding]:
    """Yield a finding for each column without a field that exists, and for columns that share one."""
    for entry in config.sheets:
        yield from _fields(entry)
        yield from _pairs(entry)
        path = ("sheets", entry.name, "columns")
        if entry.columns and "id" not in entry.columns.values():
            yield Finding(RULE.code, "no column is the site's id", CONFIG_PLACE, path, On.KEY, help="map one to id")
        for number, header in enumerate(entry.ignore):
            if header in entry.columns:
                message = f"{shortened(header, 40)} is mapped to {entry.columns[header]}, and ignored as well"
                yield Finding(RULE.code, message, CONFIG_PLACE, ("sheets", entry.name, "ignore", number))


def target_help(target: str) -> str | None:
    """Return what to write in the place of a field that no site has, if one is near."""
    known = {name.rpartition(".")[2]: name for name in targets() if not name.startswith("shipping")}
    known |= {f"hours.{name}": f"hours.{name[:3]}" for name in calendar.day_name}
    known |= {"zip": "address.postal_code", "phone number": "contact.phone", **{name: name for name in targets()}}
    meant = nearest(target, known)
    return f"did you mean {known[meant]}?" if meant else None


def _fields(entry: SheetSettings) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for header, target in entry.columns.items():
        path = ("sheets", entry.name, "columns", header)
        if not is_target(target):
            message = f"{shortened(target, 40)} is no field of a site: a column can be {all_targets_text()}"
            yield Finding(RULE.code, message, CONFIG_PLACE, path, help=target_help(target))
            continue
        other = first.setdefault(target, header)
        if other != header and not may_repeat(target):
            also = RelatedPlace("the other column stands here", CONFIG_PLACE, (*path[:-1], other))
            message = f"{shortened(other, 40)} and {shortened(header, 40)} are both {target}"
            help = "map one of them to another field, or move it to ignore"
            yield Finding(RULE.code, message, CONFIG_PLACE, path, help=help, related=(also,))


def _pairs(entry: SheetSettings) -> Iterator[Finding]:
    """Yield a finding where several opening times of a day do not meet as many closing times."""
    ends: dict[tuple[int, ...], dict[str, list[str]]] = {}
    for header, target in entry.columns.items():
        place = hours_column(target)
        if place is not None and place.part:
            ends.setdefault(place.days, {}).setdefault(place.part, []).append(header)
    for parts in ends.values():
        opens, closes = parts.get("open", []), parts.get("close", [])
        if len(opens) != len(closes) and max(len(opens), len(closes)) > 1:
            header = (opens if len(opens) > len(closes) else closes)[-1]
            message = f"{entry.columns[header]} has no partner: {len(opens)} open and {len(closes)} close"
            path = ("sheets", entry.name, "columns", header)
            yield Finding(RULE.code, message, CONFIG_PLACE, path, help="each opening time needs its closing time")
