"""A plan as text for a terminal: by harm, the same change at many sites once, the verdict last.

No data is printed raw, and text that could be mistaken for words of dfsync is quoted. Lines break between words and fit
the width. A report of more than one screen is summed up, one line for each group. Without a screen everything is
written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfsync.diff.changes import Change
from dfsync.model.kind import Kind
from dfsync.model.text import counted, shortened, visible
from dfsync.plan.values import Plan, Refusal, Unmanaged
from dfsync.report.elements.columns import padded, wrapped
from dfsync.report.elements.lines import ReportLine
from dfsync.report.elements.pen import Ink, Pen, pen_for
from dfsync.report.elements.text_lines import CLEAR, EMPTY, LineBreaker, Piece, in_quotes, quoted
from dfsync.report.elements.weeks import Stretch, day_runs
from dfsync.report.plan.effects import in_hours
from dfsync.report.plan.model import NAMED, ChangeGroup, FieldRow, Harm, PlanReport, ReportSection, report_of
from dfsync.report.plan.options import PLAIN, Options
from dfsync.report.plan.wording import REFUSED, WAS_LIVE, Said, also, coming_days, drift_said, kept_said

_IDS = 50
_CREATED = 20
"""More new sites or contacts than so many are a line each, without their values."""

_LISTED = 50
_SUMMED = 4
_DETAILS = "--details shows all of them"


def render(plan: Plan, refusals: Sequence[Refusal] = (), options: Options = PLAIN) -> str:
    """Return the plan as text. If there is a screen and it is too small, return a summary."""
    report = report_of(plan, refusals, options)
    if options.height is None:
        return _joined(_parts(report, options, details=options.details))
    is_long = sum(1 for _ in report.groups) > options.height
    for details in (True, False) if options.details or not is_long else ():
        text = _joined(_parts(report, options, details=details))
        if options.details or text.count("\n") <= options.height:
            return text
    return _joined(_parts(report, options, details=False, summed=True))


def _joined(parts: Iterator[list[str]]) -> str:
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _parts(report: PlanReport, options: Options, *, details: bool, summed: bool = False) -> Iterator[list[str]]:
    page = _Page(options, details=details)
    yield page.target(report)
    for section in report.sections:
        yield from page.summary(section) if summed else page.section(section)
    if summed:
        yield page.summed_up()
    else:
        yield from page.not_sent(report)
    yield page.verdict(report, summed=summed)
    if report.refusals:
        yield page.refused(report)


class _Page:
    """Writes the parts of a report with one pen and one width."""

    def __init__(self, options: Options, *, details: bool) -> None:
        self._options = options
        self._details = details
        self._pen: Pen = pen_for(color=options.color)
        self._lines = LineBreaker(max(40, options.width))

    def target(self, report: PlanReport) -> list[str]:
        plan = report.plan
        commit = f", commit {visible(plan.source.commit[:12])}" if plan.source.commit else ""
        where = f"(customer {plan.target.customer_id} at {visible(plan.target.base_url)}{commit})"
        lines = self._lines.wrap("", f"{visible(plan.target.name)} {where}", 2)
        lines[0] = lines[0].replace(visible(plan.target.name), self._pen.bold(visible(plan.target.name)), 1)
        return [*lines, *(line for note in report.notes for line in self._lines.wrap("", f"Note: {note}", 2))]

    def section(self, section: ReportSection) -> Iterator[list[str]]:
        ink = self._pen.danger if section.harm < Harm.CHANGING else self._pen.bold
        title = self._heading(f"{section.title}: {section.counted}", ink)
        only_new = all(group.is_new for group in section.groups)
        briefly = not self._details and only_new and section.count > _CREATED
        if briefly:
            shown = section.groups[: None if self._options.height is None else _IDS]
            yield [title, *(line for group in shown for line in self._member("  + ", group.first))]
            yield [self._pen.dim(line) for line in self._lines.wrap("  ", f"what is new is a line each; {_DETAILS}", 2)]
            return
        for number, group in enumerate(section.groups):
            block = list(self._group(group))
            yield [title, *block] if number == 0 else block

    def summary(self, section: ReportSection) -> Iterator[list[str]]:
        """Write a section as a line a group, the largest few."""
        ink = self._pen.danger if section.harm < Harm.CHANGING else self._pen.bold
        lines = [self._heading(f"{section.title}: {section.counted}", ink)]
        for group in section.groups[:_SUMMED]:
            row = group.rows[0] if group.rows else None
            more = f" and {counted(len(group.rows) - 1, 'field')} more" if len(group.rows) > 1 else ""
            name = f"  {in_quotes(shortened(group.first.name, 30))}" if group.first.name else ""
            who = f"{len(group.changes):,} sites" if len(group.changes) > 1 else f"{quoted(group.first.id)}{name}"
            if row is None or group.is_new:
                what = ""
            else:
                values = _both_sides(row.lines[0]) if not (row.added or row.removed) else _moves(row)
                what = f"  {row.label} {values}{more}"
            lines.append(self._lines.cut(f"  {'+' if group.is_new else '~'} {who}{what}"))
        if rest := section.groups[_SUMMED:]:
            sites = sum(len(group.changes) for group in rest)
            lines.append(f"  and {sites:,} more")
        yield lines

    def summed_up(self) -> list[str]:
        return self._lines.wrap("", f"This is a summary: {_DETAILS}, and --format html draws them.", 2)

    def not_sent(self, report: PlanReport) -> Iterator[list[str]]:
        """Show what is seen and not sent."""
        plan = report.plan
        if plan.coming:
            yield [
                self._heading("Days that differ in the next weeks"),
                *self._listed(coming_days(plan.coming)),
            ]
        if report.kept:
            where = counted(len(plan.kept), "site")
            yield from self._differing(
                f"Drift kept as it is at {where}, not sent (live → files)", report.kept, is_kept=True
            )
        if report.normalised:
            where = counted(len(plan.normalised), "site")
            title = f"Spelled by the server's own rules at {where}, counted as right (live → files)"
            yield from self._differing(title, report.normalised, is_kept=False)
        if report.unmanaged:
            title = f"{counted(len(report.unmanaged), 'live site')} in no file, never touched"
            yield [self._heading(title), *self._listed([_unmanaged(site) for site in report.unmanaged])]
        if report.left_behind:
            title = f"{counted(len(plan.left_behind), 'contact')} in no file any more; the API can't delete them"
            rows = [f"{counted(number, 'contact')} of {quoted(site)}" for site, number in report.left_behind.items()]
            yield [self._heading(title), *self._listed(rows)]

    def _heading(self, text: str, ink: Ink | None = None) -> str:
        return "\n".join(map(ink or self._pen.bold, self._lines.wrap("", text, 2)))

    def verdict(self, report: PlanReport, *, summed: bool) -> list[str]:
        lines = [self._pen.bold(line) for line in self._lines.wrap("", report.headline, 0)]
        lines += [line for fact in report.facts for line in self._lines.wrap("", fact, 2)]
        if said := also(report.plan):
            lines += self._lines.wrap("", said, 2)
        if self._options.digest and not summed:
            lines.append(self._pen.dim(f"plan {visible(self._options.digest)}"))
        return lines

    def refused(self, report: PlanReport) -> list[str]:
        lines = [self._pen.danger(line) for line in self._lines.wrap("", f"{REFUSED}:", 0)]
        for refusal in report.refusals:
            lines += self._lines.wrap(f"  {self._pen.danger('!')} ", visible(refusal.message), 4)
        if report.accept:
            words = ("To", "let", "exactly", "this", "plan", "through,", "add:")
            options = visible(report.accept).replace(" --accept ", "\n--accept ").split("\n")
            lines += self._lines.flow("  ", [(word, self._pen.plain) for word in (*words, *options)], " ", 4)
        return lines

    def _group(self, group: ChangeGroup) -> Iterator[str]:
        mark = self._pen.new("+") if group.is_new else self._pen.plain("~")
        if len(group.changes) == 1:
            yield from self._member(f"  {mark} ", group.first, net=self._net(group))
        else:
            title = f"the same at {counted(len(group.changes), 'site')}"
            yield f"  {mark} {self._pen.bold(title)}{self._net(group)}"
        yield from self._rows(group)
        if group.harm is Harm.DRIFT:
            yield from self._said(drift_said(group.changes))
        if len(group.changes) > 1:
            yield from self._members(group.changes)

    def _said(self, said: Said) -> Iterator[str]:
        """Write a sentence about an edit, its command in one piece, to be copied."""
        words = [*said.words.split(" "), *([said.command] if said.command else [])]
        yield from self._lines.flow("      ", [(word, self._pen.drift) for word in words], " ", 6)

    def _net(self, group: ChangeGroup) -> str:
        if not group.effect.net:
            return ""
        each = f" ({in_hours(group.effect.net)} each)" if len(group.changes) > 1 else ""
        return f"  {in_hours(group.net)} a week{each}"

    def _members(self, changes: Sequence[Change]) -> Iterator[str]:
        if len(changes) <= NAMED or self._details:
            for change in changes:
                yield from self._member("      ", change)
            return
        ids = [quoted(change.id) for change in changes[:_IDS]]
        for line in wrapped(ids, self._lines.width - 6):
            yield self._pen.dim(f"      {' '.join(line)}")
        if len(changes) > _IDS:
            yield self._pen.dim(f"      and {len(changes) - _IDS:,} more; {_DETAILS}")

    def _member(self, lead: str, change: Change, net: str = "") -> Iterator[str]:
        kind = "contact " if change.kind is Kind.CONTACT else ""
        name = in_quotes(shortened(change.name)) if change.name else ""
        place = quoted(f"{change.source.file}:{change.source.line}")
        pieces: list[Piece] = [(f"{kind}{quoted(change.id)}", self._pen.bold)]
        pieces += [(name, self._pen.bold)] if name else []
        pieces += [(place, self._pen.dim)]
        pieces += [(f"[{WAS_LIVE}]", self._pen.drift)] if change.was_live else []
        pieces += [(net.strip(), self._pen.plain)] if net else []
        yield from self._lines.flow(lead, pieces, "  ", 8)

    def _rows(self, group: ChangeGroup) -> Iterator[str]:
        width = max((len(row.field) for row in group.rows), default=0)
        for row in group.rows:
            lead = f"      {padded(row.field, width)}  "
            for number, pieces in enumerate(self._values(row, group)):
                if number == 0 and row.cause:
                    pieces.append((f"[{row.cause}]", self._pen.drift))
                yield from self._lines.flow(lead if number == 0 else " " * len(lead), pieces, " ", len(lead))
            if row.is_drawn and not group.is_new:
                yield from self._bars(row)
            for day in row.special:
                yield from map(self._pen.dim, self._lines.wrap(" " * len(lead), day, len(lead)))

    def _values(self, row: FieldRow, group: ChangeGroup) -> Iterator[list[Piece]]:
        if row.added or row.removed:
            added = [(f"+ {quoted(name)}", self._pen.new) for name in row.added]
            yield [*added, *((f"− {quoted(name)}", self._pen.old) for name in row.removed)]
            return
        for line in row.lines:
            days = [(str(line.days), self._pen.plain)] if line.days else []
            if group.is_new:
                yield [*days, (quoted(line.after or EMPTY), self._pen.new)]
                continue
            before, after = self._inks(line)
            text = CLEAR if line.after is None else quoted(line.after)
            yield [*days, (quoted(line.before or EMPTY), before), (f"→ {text}", _arrow(after))]

    def _inks(self, line: ReportLine) -> tuple[Ink, Ink]:
        """Return the colours of both sides. Hours that get shorter are never shown in the colour of what is won."""
        if line.after is None:
            return self._pen.old, self._pen.danger
        if line.net is None:
            return self._pen.old, self._pen.new
        return self._pen.dim, self._pen.new if line.net > 0 else self._pen.old if line.net < 0 else self._pen.bold

    def _bars(self, row: FieldRow) -> Iterator[str]:
        """Draw the days that change, half an hour a block: `█` stays open, `▓` opens, `░` closes."""
        inks: dict[Stretch | None, Ink] = {
            Stretch.ADDED: self._pen.new,
            Stretch.REMOVED: self._pen.old,
            Stretch.KEPT: self._pen.plain,
        }
        drawn = day_runs(row.before, row.after)
        lead = max((len(days) for days, _ in drawn), default=0)
        for days, runs in drawn:
            if 7 + lead + sum(len(text) for text, _ in runs) > self._lines.width:
                return  # a picture that is broken says nothing
            cells = "".join(inks.get(kind, self._pen.dim)(text) for text, kind in runs)
            yield f"      {padded(days, lead)} {cells}"

    def _differing(self, title: str, groups: Sequence[ChangeGroup], *, is_kept: bool) -> Iterator[list[str]]:
        yield [self._heading(title)]
        for group in groups[: None if self._details else _LISTED]:
            block = [
                line
                for change in group.changes[:_LISTED]
                for line in self._member(f"  {'+' if group.is_new else '='} ", change)
            ]
            yield [*block, *self._rows(group), *(self._said(kept_said(group.changes)) if is_kept else ())]
        if len(groups) > _LISTED and not self._details:
            yield [f"  and {len(groups) - _LISTED:,} more; {_DETAILS}"]

    def _listed(self, items: Sequence[str]) -> Iterator[str]:
        shown = items if self._details else items[:_LISTED]
        for item in shown:
            yield from self._lines.wrap("  ", item, 4)
        if len(items) > len(shown):
            yield f"  and {len(items) - len(shown):,} more; {_DETAILS}"


def _arrow(ink: Ink) -> Ink:
    """Return an ink that leaves the arrow before a value without colour."""
    return lambda text: "→ " + ink(text.removeprefix("→ ")) if text.startswith("→ ") else ink(text)


def _both_sides(line: ReportLine) -> str:
    after = CLEAR if line.after is None else quoted(line.after)
    return f"{line.days} {quoted(line.before or EMPTY)} → {after}".lstrip()


def _moves(row: FieldRow) -> str:
    return "  ".join([*(f"+ {quoted(name)}" for name in row.added), *(f"− {quoted(name)}" for name in row.removed)])


def _unmanaged(site: Unmanaged) -> str:
    name = f"  {in_quotes(shortened(site.name))}" if site.name else ""
    return f"{quoted(site.id)}{name}{'  [was managed before]' if site.was_managed else ''}"
