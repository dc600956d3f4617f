"""Rules that look at all sites, at the edges that their manuals do not show."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.validation.repositories import found


def sites(*entries: str) -> str:
    lines = (f"  - {{id: site-{n}, name: Store {n}, {entry}}}\n" for n, entry in enumerate(entries))
    return "sites:\n" + "".join(lines)


@pytest.mark.parametrize(
    ("hours", "hint"),
    [
        ("18:59-09:00", "Mon 18:59–09:00 is open overnight for 14 hours: are the times swapped?"),
        ("12:00-06:00", "Mon 12:00–06:00 is open overnight for 18 hours: are the times swapped?"),
        ("12:00-05:59", None),  # a bar
        ("11:59-09:00", None),
        ("20:00-07:58", None),  # a night of less than half a day
        ("13:00-12:59", None),  # a whole day
        ("06:00-04:59", None),
        ("09:00-18:59", None),
    ],
)
def test_hours_from_an_afternoon_to_a_morning_may_be_swapped(hours: str, hint: str | None) -> None:
    diagnostics = found(sites(f"operational_hours: {{Mon: {hours}}}"))
    assert [each.message for each in diagnostics] == ([hint] if hint else [])


def test_swapped_hours_are_offered_in_order_and_told_of_each_site() -> None:
    first, second = found(sites(*["operational_hours: {Tue: 17:00-10:00}"] * 2))
    assert first.help == "if the site is open by day, its hours on Tue are 10:00-17:00"
    assert (first.id, second.id) == ("site-0", "site-1")


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        (["West Coast", "West Coast", "west-coast"], ["the groups west-coast of 1 site and West Coast of 2 sites"]),
        (["a", "A"], ["the groups A of 1 site and a of 1 site"]),
        (["a, A"], ["the groups A of 1 site and a of 1 site"]),
        (["a", "A", "Ａ"], ["the groups A of 1 site and a of 1 site"]),
        (["x-1", "x1", "x 1"], ["the groups x1 of 1 site and x-1 of 1 site", "the groups x 1 of 1 site and x-1"]),
        (["Grade A", "Grade A+", "\u092e\u0932", "\u092e\u0947\u0932\u093e"], []),
        (["West", "East", "Westend", '"!!!"', '"&&&"'], []),
        (["Straße", "STRASSE"], ["the groups STRASSE of 1 site and Straße of 1 site"]),
    ],
)
def test_groups_that_are_spelled_alike_are_told_once_each(groups: Sequence[str], told: list[str]) -> None:
    diagnostics = found(sites(*(f"groups: [{group}]" for group in groups)))
    assert [each.code for each in diagnostics] == ["DF310"] * len(told)
    for diagnostic, words in zip(diagnostics, told, strict=True):
        assert words in diagnostic.message
