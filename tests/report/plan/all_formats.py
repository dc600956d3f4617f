"""Plans of any shape, and every word that a report on one must have in all formats."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hypothesis import strategies as st

from dfsync.diff.changes import Action, Cause, SpecialDay
from dfsync.plan.values import ComingDay, LeftBehind, NoLongerManaged, Plan, Unmanaged
from dfsync.report.changes.effects import in_hours
from dfsync.report.changes.wording import also
from dfsync.report.plan.model import PlanReport
from tests.report.plan.plans import BAR, LONGER, OFFICE, contact, create, field, plan, update

WEEKS = st.sampled_from([OFFICE, LONGER, BAR, []])
NAMES = ["Harbor", "Nord", "\u7d71\u4e00\u8d85\u5546", "Caf\u00e9", "K\u00f6ln", "Store", "7", "x" * 30]
WORDS = st.lists(
    st.sampled_from(NAMES),
    min_size=1,
    max_size=2,
).map(" ".join)
CAUSES = st.sampled_from(Cause)
DAYS = st.builds(
    SpecialDay,
    st.dates(datetime.date(2026, 5, 5), datetime.date(2026, 6, 9)),
    st.sampled_from(["closed", "10:00\u201313:59"]),
    st.sampled_from(["", "Works"]),
    st.sampled_from(["", "calendar us"]),
)
FIELDS = st.one_of(
    st.builds(lambda one, other, cause: field("operational_hours", one, other, cause), WEEKS, WEEKS, CAUSES),
    st.builds(lambda one, other, cause: field("name", one, other, cause), WORDS, WORDS, CAUSES),
    st.builds(lambda one, cause: field("escalation_path", one, None, cause), WORDS, CAUSES),
    st.builds(lambda one, other, cause: field("groups", [one], [one, other], cause), WORDS, WORDS, CAUSES),
    st.builds(lambda one: field("currency", None, one), st.sampled_from(["USD", "EUR"])),
).filter(lambda one: one.before != one.after)
OF_SITES = st.lists(FIELDS, min_size=1, max_size=3, unique_by=lambda one: one.field)


@st.composite
def plans(draw: Any) -> Plan:
    """Return a plan: the same change at several sites, creates, contacts, and everything that is not sent."""
    changes = []
    for number in range(draw(st.integers(0, 3))):
        same, name = draw(OF_SITES), draw(WORDS)
        changes += [update(f"s{number}-{n}", *same, name=f"{name} {n}") for n in range(draw(st.integers(1, 4)))]
    changes += [create(f"new-{n}", *draw(OF_NEW), name=draw(WORDS)) for n in range(draw(st.integers(0, 2)))]
    for n in range(draw(st.integers(0, 2))):
        changes.append(contact(f"s0-0/a{n}@b.example", field("phone", "+1", f"+2{n}"), action=Action.UPDATE, name=""))
    return plan(
        *changes,
        unmanaged=tuple(
            Unmanaged(f"old-{n}", draw(WORDS), draw(st.booleans())) for n in range(draw(st.integers(0, 2)))
        ),
        left_behind=(LeftBehind("s0-0", "ab"),) * draw(st.integers(0, 2)),
        kept=tuple(update(f"kept-{n}", *draw(OF_SITES), name=draw(WORDS)) for n in range(draw(st.integers(0, 2)))),
        normalised=tuple(update(f"right-{n}", *draw(OF_SITES)) for n in range(draw(st.integers(0, 1)))),
        coming=tuple(ComingDay(day, draw(st.integers(1, 900))) for day in draw(st.lists(DAYS, max_size=2))),
        no_longer_managed=(NoLongerManaged(("currency",), ("s0-0",)),) * draw(st.integers(0, 1)),
        only_exceptions=draw(st.booleans()),
        has_state=draw(st.booleans()),
    )


OF_NEW = st.builds(
    lambda name, week, groups: [
        field("name", None, name),
        field("operational_hours", None, week),
        field("groups", None, groups),
    ],
    WORDS,
    WEEKS,
    st.lists(WORDS, min_size=1, max_size=2),
)


def wanted(report: PlanReport, face: str) -> list[str]:
    """Return all that a report must say in a format, field by field of the model."""
    return [word for word in _said(report, OF_REPORT, face) if word]


Said = Callable[[Any, str], Iterable[str]]


def nothing(_: Any, __: str) -> Iterable[str]:
    """Say nothing: the field decides the order or the look, and is no word."""
    return ()


OF_LINE: Mapping[str, Said] = {
    "days": lambda line, _: [line.days],
    "before": lambda line, _: [line.before],
    "after": lambda line, _: [line.after or ""],
    "net": nothing,
}
OF_ROW: Mapping[str, Said] = {
    "field": lambda row, face: [row.field] if face == "text" else [],
    "label": lambda row, face: [row.label] if face != "text" else [],
    "lines": lambda row, face: () if row.added or row.removed else _all(row.lines, OF_LINE, face),
    "added": lambda row, _: row.added,
    "removed": lambda row, _: row.removed,
    "cause": lambda row, _: [row.cause],
    "special": lambda row, _: row.special,
    "before": nothing,
    "after": nothing,
}
OF_GROUP: Mapping[str, Said] = {
    "changes": lambda group, _: [
        word for one in group.changes for word in (one.id, one.name, f"{one.source.file}:{one.source.line}")
    ],
    "rows": lambda group, face: _all(group.rows, OF_ROW, face),
    "effects": nothing,
    "net_each": lambda group, _: [in_hours(group.net)],
}
OF_SECTION: Mapping[str, Said] = {
    "effect": nothing,
    "above": nothing,
    "title": lambda section, _: [section.title, section.counted],
    "groups": lambda section, face: _all(section.groups, OF_GROUP, face),
}
OF_ASIDE: Mapping[str, Said] = {
    "changes": lambda group, _: [word for one in group.changes for word in (one.id, one.name)],
    "rows": lambda group, face: _all(group.rows, {**OF_ROW, "cause": nothing}, face),
    "effects": nothing,
    "net_each": nothing,
}
OF_REPORT: Mapping[str, Said] = {
    "plan": lambda report, _: [
        report.plan.target.name,
        str(report.plan.target.customer_id),
        report.plan.target.base_url,
        report.plan.source.commit[:12],
        "sha256:ab",
        also(report.plan),
        *(word for one in report.plan.coming for word in (one.day.hours, one.day.note, one.day.written_in)),
    ],
    "headline": lambda report, _: [report.headline],
    "facts": lambda report, _: report.facts,
    "notes": lambda report, _: report.notes,
    "sections": lambda report, face: _all(report.sections, OF_SECTION, face),
    "kept": lambda report, face: [
        *_all(report.kept, OF_ASIDE, face),
        *(["on_drift: keep", "dfsync pull"] if report.kept else []),
    ],
    "normalised": lambda report, face: _all(report.normalised, OF_ASIDE, face),
    "unmanaged": lambda report, _: [
        word for one in report.unmanaged for word in (one.id, one.name, "was managed before" if one.was_managed else "")
    ],
    "left_behind": lambda report, _: [word for id, _ in report.left_behind.items() for word in (f"of {id}",)],
    "refusals": lambda report, _: [one.message for one in report.refusals],
    "accept": lambda report, _: [report.accept],
}


def _all(things: Iterable[Any], table: Mapping[str, Said], face: str) -> list[str]:
    return [word for thing in things for word in _said(thing, table, face)]


def _said(thing: Any, table: Mapping[str, Said], face: str) -> list[str]:
    """Return what each field says. A field that the table does not have is an error: nobody has thought of it."""
    names = getattr(thing, "__struct_fields__", None) or thing._fields
    assert set(names) == set(table), type(thing)
    return [word for name in names for word in table[name](thing, face)]
