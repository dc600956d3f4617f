"""Changes as parts of an HTML page: figures that filter, a table of regions, and cards with pictures of the weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from dfsync.diff.changes import Change
from dfsync.model.hours.week import Week
from dfsync.model.kind import Kind
from dfsync.report.changes.effects import Effect, in_hours
from dfsync.report.changes.groups import ChangeGroup, FieldRow, ReportSection
from dfsync.report.changes.options import Options
from dfsync.report.changes.regions import region
from dfsync.report.changes.wording import NOTHING, STAYS, WAS_LIVE, Said, drift_said, words_of
from dfsync.report.elements import picture as pictures
from dfsync.report.elements.lines import ReportLine
from dfsync.report.elements.links import lines_of
from dfsync.report.elements.weeks import LAST_MINUTE

_LOOK = {
    Effect.EDITED: "drift",
    Effect.NEW: "new",
    Effect.LONGER: "new",
    **dict.fromkeys(
        (Effect.DATED, Effect.LATER, Effect.MINUTES, Effect.REMOVED, Effect.OTHER, Effect.CONTACT), "changed"
    ),
}
"""The class that colours the figure of an effect; without one it is `cleared`."""

_BY_REGION = (
    *(Effect.SHORTER, Effect.CLOSED, Effect.MORE_DAYS, Effect.EARLIER),
    *(Effect.EDITED, Effect.NEW, Effect.REMOVED),
)
"""What is counted by region. The first one orders the regions."""

_DRAWN = 1_500
"""Beyond so many cards a change is a line: a page of many thousand pictures opens slowly and is read by nobody."""


class HtmlRow(Struct, frozen=True):
    """A field of a card. `drawn` is the number of its picture, and `spoken` says what the picture shows."""

    row: FieldRow
    drawn: pictures.Picture | None = None
    number: int = 0
    spoken: str = ""


class Card(Struct, frozen=True):
    """The change of one site or contact, or the same change of many. The filter uses `tags`."""

    group: ChangeGroup
    rows: Sequence[HtmlRow]
    tags: str
    net: str
    each: str
    drift: Said


class HtmlSection(Struct, frozen=True):
    """The cards of one section. `brief` are the changes that are written on one line each."""

    section: ReportSection
    cards: Sequence[Card]
    brief: Sequence[Card]


class Figure(Struct, frozen=True):
    """How many sites an effect has, in words. Pressed, it shows only those."""

    tag: str
    number: int
    words: str
    look: str


class Region(Struct, frozen=True):
    """How many sites of a region have each effect, and how many have any."""

    name: str
    counts: Mapping[Effect, int]
    total: int


class Gallery(Struct):
    """Every different week of a page, drawn once and numbered."""

    drawn: dict[pictures.Picture, int] = field(default_factory=dict)

    def number(self, picture: pictures.Picture) -> int:
        """Return the number of a picture."""
        return self.drawn.setdefault(picture, len(self.drawn))


def content(sections: Sequence[ReportSection], options: Options, gallery: Gallery) -> dict[str, Any]:
    """Return what the templates need to show changes."""
    groups = [group for section in sections for group in section.groups]
    counts = _counts(groups)
    regions = _regions(groups, options)
    return {
        "figures": [Figure(effect.tag, number, words_of(effect, number), look(effect)) for effect, number in counts],
        "sections": list(_sections(sections, gallery)),
        "regions": regions,
        "totals": Counter({effect: sum(one.counts[effect] for one in regions) for effect in Effect}),
        "order": Effect.SHORTER,
        "new_one": Effect.NEW,
        "by_region": [
            (effect, words_of(effect)) for effect in _BY_REGION if any(one.counts[effect] for one in regions)
        ],
        "region_of": lambda change: region(change, options.regions) if change.kind is Kind.SITE else "",
        "link": lambda source: lines_of(source, options.lines_at),
        "gallery": gallery.drawn,
        "options": options,
        "stays": STAYS,
        "was_live": WAS_LIVE,
        "last_minute": LAST_MINUTE,
    }


def look(effect: Effect) -> str:
    """Return the class that colours an effect."""
    return _LOOK.get(effect, "cleared")


def _counts(groups: Iterable[ChangeGroup]) -> list[tuple[Effect, int]]:
    return sorted(Counter(effect for group in groups for _ in group.changes for effect in group.effects).items())


def _sections(sections: Sequence[ReportSection], gallery: Gallery) -> Iterator[HtmlSection]:
    """Yield the sections; what is the same at most sites is drawn first, and the rest is brief."""
    largest = sorted((group for section in sections for group in section.groups), key=lambda group: -group.size)
    brief = {_key(group) for group in largest[_DRAWN:]}
    for section in sections:
        say = drift_said if section.effect is Effect.EDITED else lambda _: NOTHING
        yield HtmlSection(
            section,
            [card(group, gallery, say(group.changes)) for group in section.groups if _key(group) not in brief],
            [card(group, None, say(group.changes)) for group in section.groups if _key(group) in brief],
        )


def _key(group: ChangeGroup) -> tuple[Kind, str]:
    return group.first.kind, group.first.id


def _regions(groups: Iterable[ChangeGroup], options: Options) -> list[Region]:
    """Return the regions, first those where most sites are open less, then those with most changes."""
    changes: dict[str, list[tuple[Change, frozenset[Effect]]]] = {}
    for group in groups:
        for change in group.changes if group.first.kind is Kind.SITE else ():
            changes.setdefault(region(change, options.regions), []).append((change, group.effects))
    found = [
        Region(name, Counter(effect for _, effects in members for effect in effects), len(members))
        for name, members in changes.items()
    ]
    return sorted(found, key=lambda one: (-one.counts[Effect.SHORTER], -one.total, one.name))


def card(group: ChangeGroup, gallery: Gallery | None, drift: Said = NOTHING) -> Card:
    """Return the card of a group. Without a gallery nothing is drawn."""
    return Card(
        group=group,
        rows=[_row(row, gallery) for row in group.rows],
        tags=" ".join(effect.tag for effect in sorted(group.effects)),
        net=in_hours(group.net),
        each=in_hours(group.net_each) if group.size > 1 else "",
        drift=drift,
    )


def _row(row: FieldRow, gallery: Gallery | None) -> HtmlRow:
    if gallery is None or not (isinstance(row.before, Week) or isinstance(row.after, Week)):
        return HtmlRow(row)
    picture = pictures.picture(row.before, row.after)
    return HtmlRow(row, picture, gallery.number(picture), "; ".join(map(_spoken, row.lines)))


def _spoken(line: ReportLine) -> str:
    after = line.after or "cleared"
    return f"{line.days} {after}" if line.before is None else f"{line.days} {line.before} becomes {after}"
