"""Changes as text for a terminal: by harm, the same change at many sites once.

No data is printed raw, and text that could be mistaken for words of dfsync is quoted. Lines break between words and fit
the width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfsync.diff.changes import Action, Change
from dfsync.model.kind import Kind
from dfsync.model.text import counted, shortened
from dfsync.report.changes.effects import Effect
from dfsync.report.changes.groups import NAMED, ChangeGroup, FieldRow, ReportSection, legend
from dfsync.report.changes.options import Options
from dfsync.report.changes.wording import STAYS, WAS_LIVE, Said, drift_said
from dfsync.report.elements.colors import Colors, Style, colors_for
from dfsync.report.elements.columns import padded, wrapped
from dfsync.report.elements.lines import ReportLine
from dfsync.report.elements.text_lines import CLEAR, EMPTY, LineBreaker, Piece, in_quotes, quoted
from dfsync.report.elements.weeks import Stretch, day_runs

_IDS = 50
_CREATED = 20
"""More new sites or contacts than so many are a line each, without their values."""

DETAILS = "--details shows all of them"


class ChangesPage:
    """Writes the sections of a report in certain colours and one width."""

    def __init__(self, options: Options, *, details: bool) -> None:
        self.options = options
        self.details = details
        self.colors: Colors = colors_for(color=options.color)
        self.lines = LineBreaker(max(40, options.width))

    def section(self, section: ReportSection) -> Iterator[list[str]]:
        """Write a section as blocks, one for each group, the title in the first."""
        ink = self.colors.danger if section.effect.is_harm else self.colors.bold
        title = self.heading(f"{section.title}: {section.counted}", ink)
        only_new = all(group.is_new for group in section.groups)
        briefly = not self.details and only_new and section.count > _CREATED
        if briefly:
            shown = section.groups[: None if self.options.height is None else _IDS]
            yield [title, *(line for group in shown for line in self.member("  + ", group.first))]
            yield [self.colors.dim(line) for line in self.lines.wrap("  ", f"what is new is a line each; {DETAILS}", 2)]
            return
        for number, group in enumerate(section.groups):
            block = list(self._group(group))
            yield [title, *block] if number == 0 else block

    def summary(self, section: ReportSection, most: int = 4) -> Iterator[list[str]]:
        """Write a section as a line a group, the largest few. With one or none the rest is not counted."""
        ink = self.colors.danger if section.effect.is_harm else self.colors.bold
        lines = [self.heading(f"{section.title}: {section.counted}", ink)]
        for group in section.groups[:most]:
            row = group.rows[0] if group.rows else None
            more = f" and {counted(len(group.rows) - 1, 'field')} more" if len(group.rows) > 1 else ""
            name = f"  {in_quotes(shortened(group.first.name, 30))}" if group.first.name else ""
            who = f"{len(group.changes):,} sites" if len(group.changes) > 1 else f"{quoted(group.first.id)}{name}"
            if row is None or group.is_new:
                what = ""
            else:
                values = _both_sides(row.lines[0]) if not (row.added or row.removed) else _moves(row)
                what = f"  {row.label} {values}{more}"
            lines.append(self.lines.cut(f"  {group.sign} {who}{what}"))
        if most > 1 and (rest := section.groups[most:]):
            sites = sum(len(group.changes) for group in rest)
            lines.append(f"  and {sites:,} more")
        yield lines

    def _group(self, group: ChangeGroup) -> Iterator[str]:
        mark = self.colors.new("+") if group.is_new else self.colors.plain(group.sign)
        if len(group.changes) == 1:
            yield from self.member(f"  {mark} ", group.first, net=group.net_words)
        else:
            title = f"the same at {counted(len(group.changes), 'site')}"
            yield f"  {mark} {self.colors.bold(title)}  {group.net_words}".rstrip()
        yield from self.rows(group)
        if group.first_effect is Effect.EDITED:
            yield from self.said(drift_said(group.changes))
        if len(group.changes) > 1:
            yield from self._members(group.changes)

    def said(self, said: Said) -> Iterator[str]:
        """Write a sentence about an edit, its command in one piece, to be copied."""
        words = [*said.words.split(" "), *([said.command] if said.command else [])]
        yield from self.lines.flow("      ", [(word, self.colors.drift) for word in words], " ", 6)

    def _members(self, changes: Sequence[Change]) -> Iterator[str]:
        if len(changes) <= NAMED or self.details:
            for change in changes:
                yield from self.member("      ", change)
            return
        ids = [quoted(change.id) for change in changes[:_IDS]]
        for line in wrapped(ids, self.lines.width - 6):
            yield self.colors.dim(f"      {' '.join(line)}")
        if len(changes) > _IDS:
            yield self.colors.dim(f"      and {len(changes) - _IDS:,} more; {DETAILS}")

    def member(self, lead: str, change: Change, net: str = "") -> Iterator[str]:
        """Write who it is and where it is written."""
        kind = "contact " if change.kind is Kind.CONTACT else ""
        name = in_quotes(shortened(change.name)) if change.name else ""
        place = quoted(f"{change.source.file}:{change.source.line}")
        pieces: list[Piece] = [(f"{kind}{quoted(change.id)}", self.colors.bold)]
        pieces += [(name, self.colors.bold)] if name else []
        pieces += [(place, self.colors.dim)]
        pieces += [(f"[{WAS_LIVE}]", self.colors.drift)] if change.was_live else []
        pieces += [(f"[{STAYS}]", self.colors.plain)] if change.action is Action.REMOVE else []
        pieces += [(net, self.colors.plain)] if net else []
        yield from self.lines.flow(lead, pieces, "  ", 8)

    def rows(self, group: ChangeGroup) -> Iterator[str]:
        """Write the fields of a group."""
        width = max((len(row.field) for row in group.rows), default=0)
        for row in group.rows:
            lead = f"      {padded(row.field, width)}  "
            for number, pieces in enumerate(self._values(row, group)):
                if number == 0 and row.cause:
                    pieces.append((f"[{row.cause}]", self.colors.drift))
                yield from self.lines.flow(lead if number == 0 else " " * len(lead), pieces, " ", len(lead))
            if row.is_drawn and not group.is_new:
                yield from self._bars(row)
            for day in row.special:
                yield from map(self.colors.dim, self.lines.wrap(" " * len(lead), day, len(lead)))

    def _values(self, row: FieldRow, group: ChangeGroup) -> Iterator[list[Piece]]:
        if row.added or row.removed:
            added = [(f"+ {quoted(name)}", self.colors.new) for name in row.added]
            yield [*added, *((f"− {quoted(name)}", self.colors.old) for name in row.removed)]
            return
        for line in row.lines:
            days = [(str(line.days), self.colors.plain)] if line.days else []
            if group.is_new:
                yield [*days, (quoted(line.after or EMPTY), self.colors.new)]
                continue
            before, after = self._inks(line)
            text = CLEAR if line.after is None else quoted(line.after)
            yield [*days, (quoted(line.before or EMPTY), before), (f"→ {text}", _arrow(after))]

    def _inks(self, line: ReportLine) -> tuple[Style, Style]:
        """Return the colours of both sides. Hours that get shorter are never shown in the colour of what is won."""
        if line.after is None:
            return self.colors.old, self.colors.danger
        if line.net is None:
            return self.colors.old, self.colors.new
        return (
            self.colors.dim,
            self.colors.new if line.net > 0 else self.colors.old if line.net < 0 else self.colors.bold,
        )

    def _bars(self, row: FieldRow) -> Iterator[str]:
        """Draw the days that change, half an hour a block: `█` stays open, `▓` opens, `░` closes."""
        inks: dict[Stretch | None, Style] = {
            Stretch.ADDED: self.colors.new,
            Stretch.REMOVED: self.colors.old,
            Stretch.KEPT: self.colors.plain,
        }
        drawn = day_runs(row.before, row.after)
        lead = max((len(days) for days, _ in drawn), default=0)
        for days, runs in drawn:
            if 7 + lead + sum(len(text) for text, _ in runs) > self.lines.width:
                return  # a picture that is broken says nothing
            cells = "".join(inks.get(kind, self.colors.dim)(text) for text, kind in runs)
            yield f"      {padded(days, lead)} {cells}"

    def legend(self, sections: Sequence[ReportSection], *, bars: bool = True) -> Iterator[str]:
        """Write what a reader has to know about hours, if there are any."""
        if said := legend(sections, bars=bars):
            yield from map(self.colors.dim, self.lines.wrap("", said, 2))

    def words(self, text: str) -> list[str]:
        """Write our own words, broken to fit."""
        return self.lines.wrap("", text, 2)

    def heading(self, text: str, ink: Style | None = None) -> str:
        """Write a title, bold unless there is another ink."""
        return "\n".join(map(ink or self.colors.bold, self.lines.wrap("", text, 2)))


def _arrow(ink: Style) -> Style:
    """Return an ink that leaves the arrow before a value without colour."""
    return lambda text: "→ " + ink(text.removeprefix("→ ")) if text.startswith("→ ") else ink(text)


def _both_sides(line: ReportLine) -> str:
    after = CLEAR if line.after is None else quoted(line.after)
    return f"{line.days} {quoted(line.before or EMPTY)} → {after}".lstrip()


def _moves(row: FieldRow) -> str:
    return "  ".join([*(f"+ {quoted(name)}" for name in row.added), *(f"− {quoted(name)}" for name in row.removed)])
