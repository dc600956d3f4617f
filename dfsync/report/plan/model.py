"""The content of a report on a plan.

Text, Markdown and HTML are made from this one model, so they all show the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from dfsync.plan.guards import accept_words
from dfsync.plan.values import Plan, Refusal, Unmanaged
from dfsync.report.changes.groups import ChangeGroup, ReportSection, grouped, sections_of
from dfsync.report.changes.options import Options
from dfsync.report.changes.privacy import masked
from dfsync.report.changes.regions import where_less_open
from dfsync.report.changes.wording import facts, headline, notes


class PlanReport(Struct, frozen=True):
    """Everything that a report of a plan shows. Contacts of the plan are masked unless they are to be shown."""

    plan: Plan
    headline: str
    facts: tuple[str, ...]
    notes: tuple[str, ...]
    sections: tuple[ReportSection, ...]
    kept: tuple[ChangeGroup, ...]
    normalised: tuple[ChangeGroup, ...]
    unmanaged: tuple[Unmanaged, ...]
    left_behind: dict[str, int]
    refusals: tuple[Refusal, ...]
    accept: str

    @property
    def groups(self) -> Iterator[ChangeGroup]:
        """All groups of what is sent, in order."""
        return (group for section in self.sections for group in section.groups)


def report_of(plan: Plan, refusals: Sequence[Refusal], options: Options) -> PlanReport:
    """Return the report of a plan."""
    plan = plan if options.show_contacts else masked(plan)
    return PlanReport(
        plan=plan,
        headline=headline(plan),
        facts=(*facts(plan), *where_less_open(plan.changes, options)),
        notes=tuple(notes(plan)),
        sections=sections_of(plan.changes),
        kept=tuple(grouped(plan.kept)),
        normalised=tuple(grouped(plan.normalised)),
        unmanaged=plan.unmanaged,
        left_behind=Counter(contact.site for contact in plan.left_behind),
        refusals=tuple(refusals),
        accept=accept_words(plan, refusals),
    )
