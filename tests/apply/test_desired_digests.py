"""The digests of the sites as their files want them, also of a day that is over when they are asked for."""

from __future__ import annotations

import datetime

from msgspec.structs import replace

from dfsync.apply.desired_digests import DesiredDigests, background_digests
from dfsync.model.exception_days import DatedException
from dfsync.model.hours.week import Week
from dfsync.model.last_applied import LastApplied, LastAppliedSite, digests_with
from dfsync.plan.exception_weeks import PlanDay
from tests.plan.small_plans import NOW, planner, site

KEY = b"key"
WEEK = Week((((540, 1080),),) * 7)
CHRISTMAS = (DatedException(datetime.date(2026, 12, 25), ()),)
DAYS = [NOW.date() + datetime.timedelta(days=number) for number in range(10)]


def test_the_day_decides_and_not_when_the_digests_were_taken() -> None:
    """Live was found right on some day; midnight may come between that and the taking, on either side."""
    sites = [
        site("plain", timezone="UTC", operational_hours=WEEK),
        site("shut", CHRISTMAS, timezone="UTC", operational_hours=WEEK),
    ]
    made = planner(sites, last_applied=LastApplied(KEY))
    for taken_on in DAYS:
        work = background_digests(len(sites), lambda _, on=taken_on: replace(made, plan_day=PlanDay(NOW, as_of=on)))
        digests = DesiredDigests(made, work)
        for day in DAYS:
            today = replace(made, plan_day=PlanDay(NOW, as_of=day))
            expected = map(digests_with(KEY), [today.today(one, None)[0].fields for one in sites])
            found = digests.on({"shut": day, "plain": None})
            assert found == dict(zip(("plain", "shut"), map(LastAppliedSite, expected), strict=True))
            assert digests.on({"plain": None}).keys() == {"plain"}
