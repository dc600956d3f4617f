"""A plan as one HTML file that needs nothing but itself, for those who decide and for the record.

Everything can be read without a script; a small one searches and filters. The file forbids itself every resource from
elsewhere, and every script and style but its own two. Data is made visible and escaped by the template engine, without
exception: `_finalize` sees every value that a template prints.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dfsync.diff.changes import Action, Change, FieldChange
from dfsync.model.hours import DAYS, Week
from dfsync.model.kind import Kind
from dfsync.model.text import counted, shortened, visible
from dfsync.plan.guards import accept_words
from dfsync.plan.values import Plan, Refusal
from dfsync.report.plan import picture as pictures
from dfsync.report.plan.grouping import alike
from dfsync.report.plan.lines import HOURS, ReportLine, Words, created, lines, readable
from dfsync.report.plan.options import PLAIN, Options
from dfsync.report.plan.privacy import masked
from dfsync.report.plan.regions import region
from dfsync.report.plan.wording import (
    WAS_LIVE,
    also,
    cause,
    drifted,
    headline,
    label,
    notes,
    special_days,
)

_GROUP_FROM = 5


@dataclass(frozen=True, slots=True)
class HtmlRow:
    """A field of a card: its label, why it differs, its lines, and the dated exceptions that shape it."""

    label: str
    cause: str
    lines: Sequence[ReportLine]
    special: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """What one site or contact becomes, or many that become the same; `tags` are what the filter knows it by."""

    changes: Sequence[Change]
    rows: Sequence[HtmlRow]
    tags: str
    new: bool
    week: int | None = None
    week_text: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """The sites of a region: counts over all, cards for those that are not shown as one of many alike."""

    name: str
    new: int
    changed: int
    drifted: int
    cards: Sequence[Card]

    @property
    def total(self) -> int:
        """All sites of the region that the plan sends."""
        return self.new + self.changed


@dataclass(slots=True)
class Gallery:
    """Every different week of a plan, drawn once and numbered."""

    drawn: dict[pictures.Picture, int] = field(default_factory=dict)

    def number(self, before: Week | None, after: Week | None) -> int:
        """Return the number of the picture of two weeks."""
        return self.drawn.setdefault(pictures.picture(before, after), len(self.drawn))


def render(plan: Plan, refusals: Sequence[Refusal] = (), options: Options = PLAIN) -> str:
    """Return the whole page."""
    plan = plan if options.show_contacts else masked(plan)
    gallery = Gallery()
    sites = plan.of(Kind.SITE)
    groups, rest = alike(sites, _GROUP_FROM)
    environment = _environment()
    style, script = (_source(name) for name in ("plan.css", "plan.js"))
    return environment.get_template("plan.html").render(
        plan=plan,
        options=options,
        refusals=refusals,
        accept=accept_words(plan, refusals),
        policy=_policy(style, script),
        style=style,
        script=script,
        headline=headline(plan),
        also=also(plan),
        notes=notes(plan),
        was_live=WAS_LIVE,
        tiles=_tiles(plan),
        groups=[_card(group, gallery) for group in groups],
        regions=list(_regions(sites, rest, gallery, options)),
        region_of=lambda change: region(change, options.regions),
        contacts=[_card([change], gallery) for change in plan.of(Kind.CONTACT)],
        kept=[_card([change], gallery) for change in plan.kept],
        normalised=[_card([change], gallery) for change in plan.normalised],
        left_behind=Counter(contact.site for contact in plan.left_behind),
        gallery=gallery.drawn,
        days=DAYS,
        grid=pictures,
        counted=counted,
        shortened=shortened,
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("dfsync.report"),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalize(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup | Words) else value


def _source(name: str) -> Markup:
    """Return a file of the templates as it stands; it holds no data."""
    text = resources.files("dfsync.report").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704  (our own style and script)


def _policy(style: str, script: str) -> str:
    """Return the content security policy: this style and this script, and nothing from anywhere."""
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script))
    style_hash, script_hash = hashes
    return (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; script-src 'sha256-{script_hash}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _tiles(plan: Plan) -> list[tuple[str, int, str]]:
    """Return the figures at the top: name, number, and the class that colours it."""
    return [
        ("sites change", len(plan.of(Kind.SITE, Action.UPDATE)), "changed"),
        ("new sites", len(plan.of(Kind.SITE, Action.CREATE)), "new"),
        ("values cleared", sum(change.clears for change in plan.changes), "cleared"),
        ("sites drifted", drifted(plan), "drift"),
        ("contacts sent", len(plan.of(Kind.CONTACT)), "changed"),
        ("unchanged", plan.unchanged, "quiet"),
        ("unmanaged", len(plan.unmanaged), "quiet"),
    ]


def _regions(sites: Sequence[Change], alone: Sequence[Change], gallery: Gallery, options: Options) -> Iterator[Region]:
    every: dict[str, list[Change]] = {}
    for change in sites:
        every.setdefault(region(change, options.regions), []).append(change)
    shown = {id(change) for change in alone}
    for name, changes in sorted(every.items(), key=lambda item: (-len(item[1]), item[0])):
        new = sum(change.action is Action.CREATE for change in changes)
        cards = [_card([change], gallery) for change in sorted(changes, key=_urgency) if id(change) in shown]
        yield Region(name, new, len(changes) - new, sum(change.drifted for change in changes), cards)


def _urgency(change: Change) -> tuple[bool, bool, str]:
    """Order what can't be taken back first: creates, then clears, then the rest by id."""
    return change.action is not Action.CREATE, not change.clears, change.id


def _card(changes: Sequence[Change], gallery: Gallery) -> Card:
    first = changes[0]
    new = first.action is Action.CREATE
    rows = [
        HtmlRow(
            label(field.field),
            cause(field, first),
            created(field) if new else lines(field, known=first.kind is Kind.SITE),
            special_days(field, first),
        )
        for field in first.fields
    ]
    card = Card(changes, rows, _tags(first), new)
    hours = next((field for field in first.fields if field.field == HOURS), None)
    return _with_week(card, hours, gallery) if hours else card


def _with_week(card: Card, hours: FieldChange, gallery: Gallery) -> Card:
    before, after = readable(hours.before), readable(hours.after)
    if isinstance(before, str) or isinstance(after, str):
        return card
    row = card.rows[[field.field for field in card.changes[0].fields].index(HOURS)]
    text = "; ".join(_spoken(line) for line in row.lines)
    return replace(card, week=gallery.number(before, after), week_text=text)


def _spoken(line: ReportLine) -> str:
    after = line.after or "cleared"
    return f"{line.days} {after}" if line.before is None else f"{line.days} {line.before} becomes {after}"


def _tags(change: Change) -> str:
    tags = {
        "contact": change.kind is Kind.CONTACT,
        "new": change.action is Action.CREATE,
        "changed": change.action is Action.UPDATE,
        "cleared": bool(change.clears),
        "drift": change.drifted,
        "hours": any(field.field == HOURS for field in change.fields),
    }
    return " ".join(tag for tag, holds in tags.items() if holds)
