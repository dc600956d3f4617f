"""The content of a report on two revisions: grouped changes as in the report on a plan, and a headline."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from dfsync.diff.changes import Action
from dfsync.diff.revisions import Comparison
from dfsync.model.kind import Kind
from dfsync.model.text import counted
from dfsync.report.changes.groups import ReportSection, sections_of
from dfsync.report.changes.options import Options
from dfsync.report.changes.privacy import masked_change
from dfsync.report.changes.regions import where_less_open
from dfsync.report.changes.wording import changes_and_news, of_clears, of_hours


class RevisionReport(Struct, frozen=True):
    """Everything that a report on two revisions shows. Contacts are masked unless they are to be shown."""

    comparison: Comparison
    headline: str
    facts: tuple[str, ...]
    sections: tuple[ReportSection, ...]


def report_of(comparison: Comparison, options: Options) -> RevisionReport:
    """Return the report of a comparison."""
    shown = comparison if options.show_contacts else masked(comparison)
    sites = [change for change in shown.changes if change.kind is Kind.SITE]
    return RevisionReport(
        comparison=shown,
        headline=headline(shown),
        facts=(*of_hours(sites), *of_clears(shown.changes), *where_less_open(sites, options)),
        sections=sections_of(shown.changes, of_files=True),
    )


def masked(comparison: Comparison) -> Comparison:
    """Return the comparison without names and values of contacts. It still shows which fields differ."""
    return replace(comparison, changes=tuple(map(masked_change, comparison.changes)))


def headline(comparison: Comparison) -> str:
    """Return the comparison in one line, without zeros: `2 sites change, 1 is new; 1 contact is no longer managed`."""
    parts = (_counts(comparison, kind) for kind in Kind)
    return "; ".join(part for part in parts if part) or "No difference in what the files say"


def _counts(comparison: Comparison, kind: Kind) -> str:
    """Return what becomes of sites or contacts, in the words of a plan's headline."""
    changed, new, removed = (comparison.count(kind, one) for one in (Action.UPDATE, Action.CREATE, Action.REMOVE))
    parts = changes_and_news(changed, new, kind)
    if removed:
        who = f"{removed:,}" if parts else counted(removed, kind)
        parts.append(f"{who} {'is' if removed == 1 else 'are'} no longer managed")
    return ", ".join(parts)
