"""A plan as one HTML file without other files, for those who decide and for the record.

Everything can be read without a script; a small script searches and filters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from dfsync.model.hours.week import Week
from dfsync.model.kind import Kind
from dfsync.plan.values import Plan, Refusal
from dfsync.report.changes.effects import Effect, in_hours
from dfsync.report.changes.groups import ChangeGroup, FieldRow, Harm
from dfsync.report.changes.options import PLAIN, Options
from dfsync.report.changes.wording import NOTHING, REFUSED, WAS_LIVE, Said, also, drift_said, emptied, kept_said
from dfsync.report.elements import picture as pictures
from dfsync.report.elements.lines import ReportLine
from dfsync.report.elements.links import lines_of
from dfsync.report.elements.page import page
from dfsync.report.plan.model import PlanReport, report_of
from dfsync.report.plan.regions import region

_TAGS = {
    Effect.CLOSED: "closing",
    Effect.LOSES_DAYS: "closing",
    Effect.CLOSES_EARLIER: "earlier",
    Effect.OPENS_LATER: "later",
    Effect.LONGER: "longer",
    Effect.SHORTER: "shorter",
}
_KINDS = (
    ("drift", "edited elsewhere", "drift"),
    ("closing", "closed on more days", "cleared"),
    ("earlier", "close earlier", "cleared"),
    ("later", "start later", "cleared"),
    ("cleared", "lose a value", "cleared"),
    ("new", "new sites", "new"),
    ("longer", "open longer", "new"),
    ("changed", "sites change", "changed"),
    ("contact", "contacts", "changed"),
)
"""What a reader may want to see alone: the tag, the words of the tile, and the class that colours it."""

_FIGURES = ("changed", "earlier", "closing", "drift", "new")
"""What is counted by region: some of the tags."""

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
    """The cards of one kind of harm. `brief` are the changes that are written on one line each."""

    title: str
    counted: str
    is_harm: bool
    cards: Sequence[Card]
    brief: Sequence[Card]


class Region(Struct, frozen=True):
    """How many sites of a region have each tag. The counts of all regions come to those of the tiles."""

    name: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All sites of the region that the plan sends."""
        return self.counts["new"] + self.counts["changed"]


class Gallery(Struct):
    """Every different week of a plan, drawn once and numbered."""

    drawn: dict[pictures.Picture, int] = field(default_factory=dict)

    def number(self, picture: pictures.Picture) -> int:
        """Return the number of a picture."""
        return self.drawn.setdefault(picture, len(self.drawn))


def render(plan: Plan, refusals: Sequence[Refusal] = (), options: Options = PLAIN) -> str:
    """Return the whole page."""
    report = report_of(plan, refusals, options)
    gallery = Gallery()
    sections = list(_sections(report, gallery))
    tags = Counter(tag for section in sections for card in (*section.cards, *section.brief) for tag in _tags_of(card))
    regions = list(_regions(report, options))
    return page(
        "plan.html",
        script="plan.js",
        report=report,
        plan=report.plan,
        options=options,
        also=also(report.plan),
        was_live=WAS_LIVE,
        refused=REFUSED,
        tiles=[(tag, tags[tag], words, kind) for tag, words, kind in _KINDS if tags[tag]],
        sections=sections,
        regions=regions,
        figures=[(words, tag) for tag, words, _ in _KINDS if tag in _FIGURES and tags[tag]],
        region_of=lambda change: region(change, options.regions) if change.kind is Kind.SITE else "",
        link=lambda source: lines_of(source, options.lines_at),
        kept=[_card(group, gallery, kept_said(group.changes)) for group in report.kept],
        normalised=[_card(group, gallery) for group in report.normalised],
        gallery=gallery.drawn,
    )


def _sections(report: PlanReport, gallery: Gallery) -> Iterator[HtmlSection]:
    room = _DRAWN
    for section in report.sections:
        groups = section.groups
        if section.harm is Harm.CHANGING:  # many alike first, and what stands alone by where it is
            groups = tuple(sorted(groups, key=lambda group: len(group.changes) == 1))
        say = drift_said if section.harm is Harm.DRIFT else lambda _: NOTHING
        cards = [_card(group, gallery, say(group.changes)) for group in groups[:room]]
        brief = [_card(group, None, say(group.changes)) for group in groups[room:]]
        room = max(0, room - len(cards))
        yield HtmlSection(section.title, section.counted, section.harm < Harm.CHANGING, cards, brief)


def _regions(report: PlanReport, options: Options) -> Iterator[Region]:
    counts: dict[str, Counter[str]] = {}
    for group in report.groups:
        if group.first.kind is not Kind.SITE:
            continue
        tags = list(_tags(group))
        for change in group.changes:
            counts.setdefault(region(change, options.regions), Counter()).update(tags)
    regions = [Region(name, count) for name, count in counts.items()]
    yield from sorted(regions, key=_most_closed_first)


def _most_closed_first(one: Region) -> tuple[object, ...]:
    counts = one.counts
    return -counts["closing"] - counts["earlier"], -counts["drift"], -one.total, one.name


def _card(group: ChangeGroup, gallery: Gallery | None, drift: Said = NOTHING) -> Card:
    many = len(group.changes) > 1
    return Card(
        group=group,
        rows=[_row(row, gallery) for row in group.rows],
        tags=" ".join(_tags(group)),
        net=in_hours(group.net),
        each=in_hours(group.effect.net) if many else "",
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


def _tags(group: ChangeGroup) -> Iterable[str]:
    first = group.first
    site = first.kind is Kind.SITE
    tags = {
        "contact": not site,
        "new": site and group.is_new,
        "changed": site and not group.is_new,
        "cleared": bool(emptied(first)),
        "drift": first.drifted,
        **dict.fromkeys(_TAGS.values(), False),
    }
    tags.update({_TAGS[effect]: True for effect in group.effect.effects if effect in _TAGS})
    return (tag for tag, holds in tags.items() if holds)


def _tags_of(card: Card) -> Iterator[str]:
    for _ in card.group.changes:
        yield from card.tags.split()
