"""Repositories in memory and live states, for the laws of pull."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from dfsync.model.fields import COLUMNS, FIELDS
from dfsync.model.last_applied import LastApplied
from dfsync.model.live import LiveSite
from dfsync.model.settings import Target
from dfsync.plan.build import Planner
from dfsync.plan.exception_weeks import PlanDay
from dfsync.plan.values import Plan, PlanSource
from dfsync.pull.run import EVERYTHING, ONE_BY_ONE, Form, PullRepository, pull
from dfsync.pull.values import IncomingSite, PullResult, PullScope
from dfsync.validation.check import Checked, check
from tests.support.hostile import HOSTILE
from tests.support.tree import MemoryTree, encoded

CONFIG = "version: 1\ntargets: {production: {customer_id: 1}}\n"
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)


@dataclass
class World(MemoryTree):
    """A repository in memory, and what was last applied from it."""

    last_applied: LastApplied = field(default_factory=LastApplied)

    @classmethod
    def of(cls, files: Mapping[str, str] = {}, config: str = CONFIG) -> World:
        return cls(encoded({"dfsync.yaml": config, **files}))

    def text(self, path: str) -> str:
        return self.files[path].decode()

    def checked(self) -> Checked:
        return check(self)

    def pull(
        self,
        rows: Iterable[Mapping[str, Any]],
        contacts: Iterable[Mapping[str, str]] = (),
        scope: PullScope = EVERYTHING,
        form: Form = ONE_BY_ONE,
        *,
        partial: bool = False,
    ) -> PullResult:
        """Pull rows, and write what comes of it."""
        checked = self.checked()
        repository = PullRepository(self, checked.config, checked.desired, self.last_applied, PlanDay(NOW))
        incoming = [IncomingSite(LiveSite(row), partial) for row in rows]
        pulled = pull(repository, incoming, contacts, scope, form)
        for change in pulled.changes:
            assert self.files.get(change.path) == change.before
            self.files[change.path] = change.after
        return pulled

    def plan(self, rows: Iterable[Mapping[str, Any]]) -> Plan:
        """Plan against rows, as `dfsync plan` does."""
        checked = self.checked()
        planner = Planner(
            checked.desired,
            checked.config,
            Target("production", 1),
            self.last_applied,
            PlanDay(NOW),
            PlanSource(None, False),
        )
        return planner.plan([planner.keep(LiveSite(row)) for row in rows])

    def errors(self) -> list[str]:
        """Return the errors that validate finds; that there is no file is none."""
        found = self.checked().findings.diagnostics
        return [f"{one.code} {one.message}" for one in found if one.severity == "error" and one.code != "DF001"]


TEXTS = st.one_of(
    st.sampled_from(["", "Downtown", "NO", "02134", "1e3", "18:59", "null", "Main St #5", " outer ", "東京", "é"]),
    st.sampled_from([text for text in HOSTILE.values() if "\ud800" not in text and len(text) < 1000]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
CLOCKS = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 1, 30, 59]))
DAYS = st.lists(st.sampled_from(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]), min_size=1, unique=True)
HOURS = st.one_of(
    st.none(),
    st.just([]),
    st.just("not hours"),
    st.lists(st.fixed_dictionaries({"days": DAYS, "start": CLOCKS, "end": CLOCKS}), max_size=4),
)
IDS = st.one_of(
    st.from_regex(r"site-[0-9]{1,3}", fullmatch=True),
    st.sampled_from(["A", "a", "NO", "0123", "a,b", "x y", "XY", "東京-1", "..", "con", "a/b", "ä", "1e3"]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(str.strip),
)


def _value(column: str) -> st.SearchStrategy[Any]:
    if column == "Operational Hours":
        return HOURS
    if column == "Timezone":
        return st.sampled_from(
            [None, "Europe/Berlin", "America/New_York", "Asia/Beijing", "GMT-05:00 America/New_York"]
        )
    if column == "Currency":
        return st.sampled_from([None, "EUR", "USD", "eur", "XXZ"])
    if column == "Address Country":
        return st.sampled_from(["USA", "Germany", "日本", "NO", "", "../..", "CON"])
    if column == "Address State":
        return st.sampled_from(["CA", "13", "東京都", "", None])
    return st.one_of(TEXTS, st.none())


ROWS = st.fixed_dictionaries({"Site ID": IDS}, optional={field.column: _value(field.column) for field in FIELDS})
LIVE = st.lists(ROWS, max_size=6, unique_by=lambda row: row["Site ID"])
"""Exports as the API might answer them, the worst of them included."""

assert set(COLUMNS) > {"Site ID"}
