"""A plan as text for a terminal: by harm, the same change at many sites once, the verdict last.

No data is printed raw, and text that could be mistaken for words of dfsync is quoted. Lines break between words and fit
the width. A report of more than one screen is summed up, one line for each group. Without a screen everything is
written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfsync.model.text import counted, shortened, visible
from dfsync.plan.values import Plan, Refusal, Unmanaged
from dfsync.report.changes.exception_days import coming_days
from dfsync.report.changes.groups import ChangeGroup
from dfsync.report.changes.options import PLAIN, Options
from dfsync.report.changes.text import DETAILS, ChangesPage
from dfsync.report.changes.wording import REFUSED, also, kept_said
from dfsync.report.elements.text_lines import in_quotes, quoted
from dfsync.report.plan.model import PlanReport, report_of

_LISTED = 50


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
    for most in (4, 2, 1, 0):  # lines for each section: as many as the screen has room for
        text = _joined(_parts(report, options, details=False, summed=most))
        if text.count("\n") <= options.height:
            break
    return text


def _joined(parts: Iterator[list[str]]) -> str:
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _parts(report: PlanReport, options: Options, *, details: bool, summed: int | None = None) -> Iterator[list[str]]:
    page = _Page(options, details=details)
    yield page.target(report, bars=summed is None)
    if summed is not None and summed < 2:  # little room: no empty lines
        yield [line for section in report.sections for block in page.summary(section, summed) for line in block]
    else:
        for section in report.sections:
            yield from page.section(section) if summed is None else page.summary(section, summed)
    if summed is not None:
        yield page.summed_up()
    else:
        yield from page.not_sent(report)
    yield page.verdict(report, summed=summed is not None)
    if report.refusals:
        yield page.refused(report)


class _Page(ChangesPage):
    """Writes the parts of a plan's report."""

    def target(self, report: PlanReport, *, bars: bool) -> list[str]:
        plan = report.plan
        commit = f", commit {visible(plan.source.commit[:12])}" if plan.source.commit else ""
        where = f"(customer {plan.target.customer_id} at {visible(plan.target.base_url)}{commit})"
        lines = self.lines.wrap("", f"{visible(plan.target.name)} {where}", 2)
        lines[0] = lines[0].replace(visible(plan.target.name), self.colors.bold(visible(plan.target.name)), 1)
        notes = (line for note in report.notes for line in self.lines.wrap("", f"Note: {note}", 2))
        return [*lines, *notes, *self.legend(report.sections, bars=bars)]

    def summed_up(self) -> list[str]:
        return self.lines.wrap("", f"This is a summary: {DETAILS}, and --format html draws them.", 2)

    def not_sent(self, report: PlanReport) -> Iterator[list[str]]:
        """Show what is seen and not sent."""
        plan = report.plan
        if plan.coming:
            yield [
                self.heading("Days that differ in the next weeks"),
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
            yield [self.heading(title), *self._listed([_unmanaged(site) for site in report.unmanaged])]
        if report.left_behind:
            title = f"{counted(len(plan.left_behind), 'contact')} in no file any more; the API can't delete them"
            rows = [f"{counted(number, 'contact')} of {quoted(site)}" for site, number in report.left_behind.items()]
            yield [self.heading(title), *self._listed(rows)]

    def verdict(self, report: PlanReport, *, summed: bool) -> list[str]:
        lines = [self.colors.bold(line) for line in self.lines.wrap("", report.headline, 0)]
        lines += [line for fact in report.facts for line in self.lines.wrap("", fact, 2)]
        if said := also(report.plan):
            lines += self.lines.wrap("", said, 2)
        if self.options.digest and not summed:
            lines.append(self.colors.dim(f"plan {visible(self.options.digest)}"))
        return lines

    def refused(self, report: PlanReport) -> list[str]:
        lines = [self.colors.danger(line) for line in self.lines.wrap("", f"{REFUSED}:", 0)]
        for refusal in report.refusals:
            lines += self.lines.wrap(f"  {self.colors.danger('!')} ", visible(refusal.message), 4)
        if report.accept:
            words = ("To", "let", "exactly", "this", "plan", "through,", "add:")
            options = visible(report.accept).replace(" --accept ", "\n--accept ").split("\n")
            lines += self.lines.flow("  ", [(word, self.colors.plain) for word in (*words, *options)], " ", 4)
        return lines

    def _differing(self, title: str, groups: Sequence[ChangeGroup], *, is_kept: bool) -> Iterator[list[str]]:
        yield [self.heading(title)]
        for group in groups[: None if self.details else _LISTED]:
            block = [
                line
                for change in group.changes[:_LISTED]
                for line in self.member(f"  {'+' if group.is_new else '='} ", change)
            ]
            yield [*block, *self.rows(group), *(self.said(kept_said(group.changes)) if is_kept else ())]
        if len(groups) > _LISTED and not self.details:
            yield [f"  and {len(groups) - _LISTED:,} more; {DETAILS}"]

    def _listed(self, items: Sequence[str]) -> Iterator[str]:
        shown = items if self.details else items[:_LISTED]
        for item in shown:
            yield from self.lines.wrap("  ", item, 4)
        if len(items) > len(shown):
            yield f"  and {len(items) - len(shown):,} more; {DETAILS}"


def _unmanaged(site: Unmanaged) -> str:
    name = f"  {in_quotes(shortened(site.name))}" if site.name else ""
    return f"{quoted(site.id)}{name}{'  [was managed before]' if site.was_managed else ''}"
