"""The words about a site that all formats share."""

from __future__ import annotations

from typing import NamedTuple

from dfsync.files.origins import Origin, OriginKind
from dfsync.model.exception_days import DatedException
from dfsync.model.hours.week import DAYS, Week
from dfsync.model.hours.write import describe, describe_span
from dfsync.model.text import counted, shortened, visible
from dfsync.model.values import Unreadable, Value
from dfsync.report.elements.lines import Words
from dfsync.report.site.facts import FieldFacts, FieldState, LastSent, SiteFacts

_SAID = {
    FieldState.CHANGE: "changed in the files; apply sends it",
    FieldState.DRIFT: "edited elsewhere since the last apply; apply puts the files' value back",
    FieldState.BOTH: "changed in the files and edited elsewhere; apply sends the files' value",
    FieldState.NORMALISED: "spelled by the server's own rules; counts as right",
}
_MOST = 200
EMPTY = Words("(empty)")


def standing(facts: SiteFacts) -> tuple[str, str, str]:
    """Return where the site is: in which file, in live or not, applied from here or not."""
    at = f"{visible(facts.source.file)}:{facts.source.line}" if facts.source else Words("in no file: unmanaged")
    live = "live not read" if not facts.live_known else "live" if facts.live else "not live: apply creates it"
    return at, Words(live), Words("applied from here" if facts.applied else "never applied from here")


def differs(facts: FieldFacts) -> bool:
    """Whether live has another value than the files."""
    return facts.state in _SAID


def said(facts: FieldFacts, site: SiteFacts) -> str:
    """Return what files, live and the last apply make of a field, "" if they agree."""
    last = facts.last_sent
    if differs(facts):
        return f"{_SAID[facts.state]}{'' if last is LastSent.UNKNOWN else f'; last applied: {last}'}"
    if not facts.managed:
        return "live; not managed by the files"
    if not site.applied or last is LastSent.AS_FILES_AND_LIVE:
        return ""
    return "last applied: not managed then" if last is LastSent.UNKNOWN else f"last applied: {last}"


def weeks(facts: SiteFacts) -> tuple[Week | None, Week | None] | None:
    """Return the week as live has it and as the files want it: the same twice unless both are known and differ."""
    hours = next((one for one in facts.fields if one.field.name == "operational_hours"), None)
    if hours is None:
        return None
    live = hours.live if isinstance(hours.live, Week) else None
    files = hours.files if isinstance(hours.files, Week) else None
    return (live, files) if differs(hours) else (files or live, files or live)


def value(of: Value) -> str:
    """Return a value on one line; hours and the word for nothing are `Words`."""
    if of is None:
        return EMPTY
    if isinstance(of, Week):
        return Words(describe(of))
    if isinstance(of, Unreadable):
        return shortened(of.raw, _MOST)
    return shortened(of if isinstance(of, str) else ", ".join(of), _MOST) or EMPTY


def place(origin: Origin | None) -> str:
    """Return where a value is written: a line of a file, or a default, profile or calendar with its line."""
    if origin is None:
        return "dfsync.yaml"
    at = f"{visible(origin.file)}:{origin.line}"
    if origin.kind is OriginKind.FILE:
        return at
    return f"{f'{origin.kind} {shortened(origin.name)}'.rstrip()}, {at}"


class DayThatDiffers(NamedTuple):
    """A dated exception: its days and hours (`Words`), its note, and where it is written."""

    hours: str
    note: str
    place: str

    def __str__(self) -> str:
        return f"{self.hours}{self.note and f', {self.note}'}  ({self.place})"


def days_that_differ(facts: SiteFacts) -> list[DayThatDiffers]:
    """Return the dated exceptions of a site."""
    return [_exception(exception, origin) for exception, origin in facts.exceptions.items()]


def contacts(facts: SiteFacts) -> str:
    """Return how many contacts the site has, "" for none."""
    return f"{counted(len(facts.contacts), 'contact')}; contacts can't be read back from live" if facts.contacts else ""


def _exception(exception: DatedException, origin: Origin | None) -> DayThatDiffers:
    hours = " and ".join(map(describe_span, exception.spans)) or "closed"
    days = " to ".join(f"{DAYS[one.weekday()]} {one}" for one in sorted({exception.date, exception.last}))
    return DayThatDiffers(Words(f"{days} {hours}"), shortened(exception.note or ""), place(origin))
