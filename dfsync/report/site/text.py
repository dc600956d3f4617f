"""What is known of a site for a terminal: one screen, the week as bars, one line for each field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfsync.files.origins import Origin, OriginKind
from dfsync.model.hours.week import DAYS, Week
from dfsync.model.hours.write import describe, describe_span, described_by_day
from dfsync.model.text import counted, shortened, visible
from dfsync.model.values import Unreadable, Value
from dfsync.report.columns import columns, padded, wrapped
from dfsync.report.pen import Pen
from dfsync.report.plan.wording import label
from dfsync.report.site.facts import FieldFacts, FieldState, LastSent, SiteFacts
from dfsync.report.weeks import Stretch, block_lines

_SAID = {
    FieldState.CHANGE: "changed in the files; apply sends it",
    FieldState.DRIFT: "edited elsewhere since the last apply; apply puts the files' value back",
    FieldState.BOTH: "changed in the files and edited elsewhere; apply sends the files' value",
    FieldState.NORMALISED: "spelled by the server's own rules; counts as right",
}
_MOST = 200
_EMPTY = "(empty)"


def render(sites: Sequence[SiteFacts], pen: Pen, width: int = 80) -> str:
    """Return the facts of sites, one after the other."""
    return "\n".join("".join(f"{line}\n" for line in _site(facts, pen, width)) for facts in sites)


def _site(facts: SiteFacts, pen: Pen, width: int) -> Iterator[str]:
    yield f"{pen.bold(shortened(facts.id))}  {pen.bold(shortened(facts.name))}".rstrip()
    yield from _indented("", _standing(facts), width, pen.dim)
    week = next((one for one in facts.fields if one.field.name == "operational_hours"), None)
    if week is not None:
        yield ""
        yield from _week(week, pen)
    yield ""
    labels = max((len(label(one.field.name)) for one in facts.fields), default=0) + 2
    for one in facts.fields:
        yield from _field(one, facts, labels, pen, width)
    if facts.exceptions:
        yield ""
        yield pen.bold("days that differ")
        for exception, origin in facts.exceptions.items():
            hours = " and ".join(map(describe_span, exception.spans)) or "closed"
            note = f", {shortened(exception.note)}" if exception.note else ""
            days = " to ".join(f"{DAYS[one.weekday()]} {one}" for one in sorted({exception.date, exception.last}))
            yield from _indented("  ", f"{days} {hours}{note}  ({_place(origin)})", width)
    if facts.contacts:
        yield ""
        yield f"{counted(len(facts.contacts), 'contact')}; contacts can't be read back from live"


def _standing(facts: SiteFacts) -> str:
    place = f"{visible(facts.source.file)}:{facts.source.line}" if facts.source else "in no file: unmanaged"
    live = "live not read" if not facts.live_known else "live" if facts.live else "not live: apply creates it"
    applied = "applied from here" if facts.applied else "never applied from here"
    return f"{place} · {live} · {applied}"


def _week(facts: FieldFacts, pen: Pen) -> Iterator[str]:
    """Draw the week as live has it and as the files want it, if both are known and differ."""
    live = facts.live if isinstance(facts.live, Week) else None
    files = facts.files if isinstance(facts.files, Week) else None
    one, other = (live, files) if facts.state in _SAID else (files or live, files or live)
    texts = [
        was or "closed" if was == becomes else f"{was or 'closed'} → {becomes or 'closed'}"
        for was, becomes in zip(_by_day(one), _by_day(other), strict=True)
    ]
    inks = {Stretch.ADDED: pen.new, Stretch.REMOVED: pen.old, Stretch.KEPT: pen.plain, None: pen.dim}
    for (day, runs), text in zip(block_lines(one, other), ["", *texts], strict=True):
        yield f"{day:<4}{''.join(inks[kind](cells) for cells, kind in runs)}  {text}".rstrip()


def _by_day(week: Week | None) -> Sequence[str]:
    return described_by_day(week) if week else [""] * len(DAYS)


def _field(facts: FieldFacts, site: SiteFacts, labels: int, pen: Pen, width: int) -> Iterator[str]:
    lead = padded(label(facts.field.name), labels)
    if not facts.managed:
        yield from _indented(lead, f"{_value(facts.live)}  (live; not managed by the files)", width)
        return
    place = f"  ({_place(facts.origin)})" if facts.origin else ""
    yield from _indented(lead, f"{_value(facts.files)}{place}", width)
    if facts.state in _SAID:
        live = pen.old(f"live: {_value(facts.live)}")
        said = f"{_SAID[facts.state]}{_last(facts.last_sent)}"
        yield from _indented(" " * labels, live, width)
        yield from _indented(" " * labels, said, width, pen.drift)
    elif site.applied and facts.last_sent not in (LastSent.AS_FILES_AND_LIVE, LastSent.UNKNOWN):
        yield from _indented(" " * labels, f"last applied: {facts.last_sent}", width, pen.dim)
    elif site.applied and facts.last_sent is LastSent.UNKNOWN:
        yield from _indented(" " * labels, "last applied: not managed then", width, pen.dim)


def _last(last: LastSent) -> str:
    return "" if last is LastSent.UNKNOWN else f"; last applied: {last}"


def _value(value: Value) -> str:
    if value is None:
        return _EMPTY
    if isinstance(value, Week):
        return describe(value)
    if isinstance(value, Unreadable):
        return shortened(value.raw, _MOST)
    return shortened(value if isinstance(value, str) else ", ".join(value), _MOST) or _EMPTY


def _place(origin: Origin | None) -> str:
    if origin is None:
        return "dfsync.yaml"
    place = f"{visible(origin.file)}:{origin.line}"
    if origin.kind is OriginKind.FILE:
        return place
    return f"{f'{origin.kind} {shortened(origin.name)}'.rstrip()}, {place}"


def _indented(lead: str, text: str, width: int, ink: object = None) -> Iterator[str]:
    """Yield the text behind a lead, broken between words and aligned."""
    at = columns(lead)
    for number, line in enumerate(wrapped(text.split(" "), max(20, width - at))):
        shown = " ".join(line)
        yield f"{lead if number == 0 else ' ' * at}{ink(shown) if callable(ink) else shown}".rstrip()
