"""The guards: what they refuse, and which words let it through."""

from __future__ import annotations

from typing import Any

import pytest

from dfsync.errors import UsageError
from dfsync.model.settings import Config, Limit, Limits
from dfsync.plan.guards import allowed, refusals
from dfsync.plan.values import LookAlike, PendingFigures, Plan, PlanSource, PlanTarget

LIMITED = Config(limits=Limits(Limit(30, percent=True), Limit(2), Limit(1)))


def judged(config: Config = LIMITED, accepted: tuple[str, ...] = (), **counts: Any) -> list[str]:
    return [refusal.accept for refusal in refusals(plan(**counts), config, accepted)]


def plan(**counts: Any) -> Plan:
    numbers = {"live": 100, "last_applied": 100, "creates": 0, "updates": 0, "clears": 0, **counts}
    return Plan(PlanTarget("p", 1, ""), PlanSource(), "", (), 0, PendingFigures(**numbers))


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"updates": 30}, []),
        ({"updates": 31}, ["--accept updates=31"]),
        ({"creates": 2}, []),
        ({"creates": 3}, ["--accept creates=3"]),
        ({"clears": 2}, ["--accept clears=2"]),
        (
            {"updates": 31, "creates": 3, "clears": 2},
            ["--accept updates=31", "--accept creates=3", "--accept clears=2"],
        ),
        ({"live": 50}, []),
        ({"live": 49}, ["--accept live=49"]),
        ({"live": 0, "last_applied": 1}, ["--accept live=0"]),
        ({"live": 0, "last_applied": 0}, []),
    ],
)
def test_a_figure_beyond_its_limit_is_refused_with_the_words_for_exactly_it(
    counts: dict[str, int], words: list[str]
) -> None:
    assert judged(**counts) == words


def test_a_percent_never_refuses_a_single_change() -> None:
    limits = Config(limits=Limits(max_updates=Limit(1, percent=True)))
    assert judged(limits, live=3, last_applied=3, updates=1) == []
    assert judged(limits, live=3, last_applied=3, updates=2) == ["--accept updates=2"]


def test_a_number_does_even_that() -> None:
    assert judged(Config(limits=Limits(max_creates=Limit(0))), creates=1) == ["--accept creates=1"]


def test_one_and_several_are_told_in_words_that_fit() -> None:
    config = Config(limits=Limits(max_creates=Limit(0), max_clears=Limit(1)))
    one, several = refusals(plan(creates=1, clears=2), config)
    assert one.message == "1 site created, which can't be taken back, is more than max_creates allows: 0"
    assert several.message == "2 cells emptied are more than max_clears allows: 1"


def test_another_figure_than_the_plans_own_does_not_count() -> None:
    assert judged(accepted=("updates=30",), updates=31) == ["--accept updates=31"]
    assert judged(accepted=("updates=32",), updates=31) == ["--accept updates=31"]
    assert judged(accepted=("updates=31",), updates=31) == []


def test_look_alikes_pass_one_by_one_or_all_with_their_number() -> None:
    found = (LookAlike("a 1", "a1", "…"), LookAlike("b", "B", "…"))
    assert judged(lookalikes=found) == ["--accept 'create=a 1'", "--accept create=b"]
    assert judged(lookalikes=found, accepted=("create=b",)) == ["--accept 'create=a 1'"]
    assert judged(lookalikes=found, accepted=("lookalikes=2",)) == []
    assert judged(lookalikes=found, accepted=("lookalikes=1",)) != []


def test_drift_is_refused_where_it_shall_fail() -> None:
    assert judged(Config(on_drift="fail"), drifted=2) == ["--accept drift=2"]
    assert judged(Config(on_drift="revert"), drifted=2) == []


def test_without_limits_only_the_export_and_look_alikes_are_guarded() -> None:
    assert judged(Config(), updates=100, creates=1000, clears=1000) == []


@pytest.mark.parametrize(
    "words", ["", "updates", "updates=", "updates=x", "updates=-1", "updates=٣", "all=1", "create="]
)
def test_words_that_mean_nothing_are_wrong_usage(words: str) -> None:
    with pytest.raises(UsageError):
        judged(accepted=(words,))


def test_a_percent_is_of_the_live_sites() -> None:
    assert allowed(Limit(30, percent=True), 50) == 15
    assert allowed(Limit(30), 50) == 30
