"""What is known of a site for a terminal: one screen, the week as bars, one line for each field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfsync.model.hours.week import DAYS, Week
from dfsync.model.hours.write import described_by_day
from dfsync.model.text import shortened
from dfsync.report.changes.wording import label
from dfsync.report.elements.colors import Colors
from dfsync.report.elements.columns import columns, padded, wrapped
from dfsync.report.elements.weeks import LAST_MINUTE, Stretch, block_lines
from dfsync.report.site.facts import FieldFacts, SiteFacts
from dfsync.report.site.wording import contacts, days_that_differ, differs, place, said, standing, value, weeks


def render(sites: Sequence[SiteFacts], colors: Colors, width: int = 80) -> str:
    """Return the facts of sites, one after the other."""
    return "\n".join("".join(f"{line}\n" for line in _site(facts, colors, width)) for facts in sites)


def _site(facts: SiteFacts, colors: Colors, width: int) -> Iterator[str]:
    yield from _indented("", f"{shortened(facts.id)}  {shortened(facts.name)}", width, colors.bold)
    yield from _indented("", " · ".join(standing(facts)), width, colors.dim)
    both = weeks(facts)
    if both is not None:
        yield ""
        yield from week_lines(*both, colors, width)
    yield ""
    labels = max((len(label(one.field.name)) for one in facts.fields), default=0) + 2
    for one in facts.fields:
        yield from _field(one, facts, labels, colors, width)
    if facts.exceptions:
        yield ""
        yield colors.bold("days that differ")
        for day in days_that_differ(facts):
            yield from _indented("  ", str(day), width)
    if facts.contacts:
        yield ""
        yield contacts(facts)


def week_lines(live: Week | None, files: Week | None, colors: Colors, width: int = 80) -> Iterator[str]:
    """Draw a week as live has it and as the files want it: a day a line, more where its words need them. No data."""
    texts = [
        was or "closed" if was == becomes else f"{was or 'closed'} → {becomes or 'closed'}"
        for was, becomes in zip(_by_day(live), _by_day(files), strict=True)
    ]
    inks = {Stretch.ADDED: colors.new, Stretch.REMOVED: colors.old, Stretch.KEPT: colors.plain, None: colors.dim}
    for (day, runs), text in zip(block_lines(live, files), ["", *texts], strict=True):
        at = 6 + sum(len(cells) for cells, _ in runs)
        first, *more = [" ".join(line) for line in wrapped(text.split(" "), max(12, width - at))]
        yield f"{day:<4}{''.join(inks[kind](cells) for cells, kind in runs)}  {first}".rstrip()
        yield from (f"{' ' * at}{line}" for line in more)
    kinds = "" if live == files else "In the bars █ is open in both, ▓ only in the files, ░ only in live. "
    yield from _indented("    ", f"{kinds}{LAST_MINUTE}", width, colors.dim)


def _by_day(week: Week | None) -> Sequence[str]:
    return [text.replace(" and ", ", ") for text in described_by_day(week)] if week else [""] * len(DAYS)


def _field(facts: FieldFacts, site: SiteFacts, labels: int, colors: Colors, width: int) -> Iterator[str]:
    lead, words = padded(label(facts.field.name), labels), said(facts, site)
    if not facts.managed:
        yield from _indented(lead, f"{value(facts.live)}  ({words})", width)
        return
    written = f"  ({place(facts.origin)})" if facts.origin else ""
    yield from _indented(lead, f"{value(facts.files)}{written}", width)
    if differs(facts):
        yield from _indented(" " * labels, colors.old(f"live: {value(facts.live)}"), width)
    if words:
        yield from _indented(" " * labels, words, width, colors.drift if differs(facts) else colors.dim)


def _indented(lead: str, text: str, width: int, ink: object = None) -> Iterator[str]:
    """Yield the text behind a lead, broken between words and aligned."""
    at = columns(lead)
    for number, line in enumerate(wrapped(text.split(" "), max(20, width - at))):
        shown = " ".join(line)
        yield f"{lead if number == 0 else ' ' * at}{ink(shown) if callable(ink) else shown}".rstrip()
