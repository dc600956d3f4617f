"""A year of daily plans, each applied: live is right at every minute, and no day needs more than one small apply.

The model of what is right knows nothing of weeks: it asks the files for each date. An apply comes once a day to each
site, around noon, when the nights are over.
"""

from __future__ import annotations

import datetime
import zoneinfo

import pytest
from msgspec.structs import replace

from dfsync.diff.changes import ExceptionTurn
from dfsync.files.calendars import CalendarChooser
from dfsync.model.exception_days import DatedException, ExceptionOrigin, layered
from dfsync.model.fields import FIELD
from dfsync.model.hours.week import DAY, Week
from dfsync.model.last_applied import LastApplied, LastAppliedSite, digests_with
from dfsync.model.live import LiveSite
from dfsync.model.settings import Config, ExceptionCalendar, Limit, Limits
from dfsync.model.site import Site
from dfsync.model.values import to_cell
from dfsync.plan.exception_weeks import PlanDay
from dfsync.plan.guards import refusals
from tests.plan.small_plans import planner, row, site

DATE, HOURS = datetime.date, "operational_hours"
SHOP = Week((((540, 1080),),) * 5 + (((600, 840),), ()))
BAR = Week((((1080, 1560),),) * 7)  # from six to two in the morning


def exception(first: DATE, last: DATE | None = None, *spans: tuple[int, int]) -> DatedException:
    return DatedException(first, spans, None, last, ExceptionOrigin.CALENDAR)


def day(month: int, number: int, year: int = 2028) -> DATE:
    return DATE(year, month, number)


HOLIDAYS = ExceptionCalendar(
    "holidays",
    "sites/**",
    None,
    (
        exception(day(12, 24, 2027), day(1, 2)),
        exception(day(2, 29), None, (600, 1560)),
        exception(day(3, 26)),
        exception(day(7, 4), None, (1200, 1440)),
        exception(day(7, 5), None, (0, 240)),
        exception(day(10, 29), day(10, 30), (1320, 1800)),
        exception(day(12, 25)),
    ),
)
STOCKTAKING = ExceptionCalendar("works", None, frozenset({"bars"}), (exception(day(5, 1), day(5, 31), (1080, 1320)),))
OWN = (DatedException(day(12, 25), ((600, 720),)),)
SITES = [
    site("shop", timezone="America/New_York", groups=("shops",), operational_hours=SHOP),
    site("bar", timezone="Europe/Berlin", groups=("bars",), operational_hours=BAR),
    site("own", OWN, timezone="Pacific/Auckland", groups=("shops",), operational_hours=SHOP),
    site("samoa", timezone="Pacific/Pago_Pago", groups=("bars",), operational_hours=BAR),
]
ZONES = {one.id: zoneinfo.ZoneInfo(str(one.fields["timezone"])) for one in SITES}
AT = {"shop": 17, "bar": 11, "own": 23, "samoa": 23}
"""The hour of the apply, UTC, at which it is around noon at the site."""


def spans_of(one: Site, date: DATE) -> tuple[tuple[int, int], ...]:
    """Return what the files say of a date, list by list."""
    works = STOCKTAKING.exceptions if "bars" in one.fields["groups"] else ()
    for exceptions in (OWN if one.id == "own" else (), HOLIDAYS.exceptions, works):
        for each in exceptions:
            if each.date <= date <= each.last:
                return each.spans
    return one.fields[HOURS].days[date.weekday()]


def is_open(one: Site, moment: datetime.datetime) -> bool:
    minute = moment.hour * 60 + moment.minute
    return any(
        start <= minute + back * DAY < stop
        for back in (0, 1)
        for start, stop in spans_of(one, moment.date() - datetime.timedelta(days=back))
    )


def live_says(week: Week, moment: datetime.datetime) -> bool:
    minute = moment.weekday() * DAY + moment.hour * 60 + moment.minute
    return any(start <= minute < stop for start, stop in week.minutes)


def applied(
    live: dict[str, LiveSite], known: LastApplied, now: datetime.datetime, due: list[str], config: Config
) -> tuple[LastApplied, int]:
    """Plan the sites that are due, hold the plan to the guards, send and remember it; return how many rows it took."""
    chooser = CalendarChooser([HOLIDAYS, STOCKTAKING])
    sites = [chooser.extended(one) for one in SITES]
    made = planner(sites, config=config, last_applied=known, plan_day=PlanDay(now))
    plan = replace(made, selected=frozenset(due)).plan(map(made.keep, live.values()))
    assert refusals(plan, config) == ()
    for change in plan.changes:
        assert change.turns_only
        (hours,) = change.fields
        live[change.id] = LiveSite({**live[change.id].row, hours.column: to_cell(hours.after)})
    fields = {one.id: made.today(one, live[one.id])[0].fields for one in sites if one.id in due}
    digests = map(digests_with(known.key), fields.values())
    sent = dict(zip(fields, map(LastAppliedSite, digests), strict=True))
    return replace(known, sites={**known.sites, **sent}, known=True), len(plan.changes)


def test_a_year_of_daily_applies_keeps_live_right() -> None:
    """With the tightest limits: what only turns with the days is neither an update nor a clear."""
    config = Config(limits=Limits(max_updates=Limit(0), max_clears=Limit(0)))
    live = {one.id: live_of(one, one.fields[HOURS]) for one in SITES}
    known, busy = LastApplied(), 0
    now = datetime.datetime(2027, 12, 15, tzinfo=datetime.UTC)
    while now < datetime.datetime(2029, 1, 10, tzinfo=datetime.UTC):
        now += datetime.timedelta(hours=1)
        due = [one.id for one in SITES if AT[one.id] == now.hour]
        if due:
            known, rows = applied(live, known, now, due, config)
            busy += rows
        for one in SITES:
            moment = now.astimezone(ZONES[one.id]).replace(minute=now.day % 60)
            assert live_says(hours_of(live[one.id]), moment) == is_open(one, moment), (one.id, moment)
    assert busy < 60 * len(SITES)


def live_of(one: Site, week: Week) -> LiveSite:
    (group,) = one.fields["groups"]
    columns = {"Timezone": one.fields["timezone"], "Site Groups": group, "Operational Hours": to_cell(week)}
    return row(one.id, **columns)


def hours_of(there: LiveSite) -> Week:
    week = there.value(FIELD[HOURS])
    assert isinstance(week, Week)
    return week


@pytest.mark.parametrize(
    ("today", "live_since", "expected"),
    [
        (day(12, 18), None, None),
        (day(12, 19), None, ExceptionTurn.BEGIN),
        (day(12, 26), day(12, 25), ExceptionTurn.GO_ON),
        (day(5, 2), day(5, 1), None),
        (day(4, 25), day(4, 24), ExceptionTurn.BEGIN),
        (day(4, 26), day(4, 25), ExceptionTurn.GO_ON),
        (day(6, 1), day(5, 31), ExceptionTurn.GO_ON),
        (day(12, 26), day(12, 1), None),
    ],
)
def test_a_turn_is_told_from_other_changes(
    today: DATE, live_since: DATE | None, expected: ExceptionTurn | None
) -> None:
    """An exception begins once; later days of it, and the usual hours after it, go on."""
    bar = CalendarChooser([HOLIDAYS, STOCKTAKING]).extended(SITES[1])
    usual = bar.fields[HOURS]
    before = PlanDay(datetime.datetime.now(datetime.UTC)).week_on(bar, usual, live_since) if live_since else usual
    now = PlanDay(datetime.datetime.combine(today, datetime.time(12), datetime.UTC), as_of=today)
    made = planner([bar], plan_day=now)
    live = live_of(bar, before)
    plan = made.plan([made.keep(live)])
    assert [change.turn for change in plan.changes] == ([expected] if expected else [])
    assert (plan.pending.exceptions, plan.pending.exceptions_begin) == (
        len(plan.changes),
        int(expected is ExceptionTurn.BEGIN),
    )


def test_hours_that_somebody_changed_are_no_turn() -> None:
    """An edit made elsewhere is no turn either, nor is an exception that was changed after it was sent."""
    chooser = CalendarChooser([HOLIDAYS])
    shop = chooser.extended(SITES[0])
    plan_day = PlanDay(datetime.datetime(2028, 12, 24, 12, tzinfo=datetime.UTC))
    other = CalendarChooser([replace(HOLIDAYS, exceptions=(exception(day(12, 25), None, (600, 660)),))]).extended(
        SITES[0]
    )
    for before in (SHOP.with_days({1: ()}), plan_day.week_on(other, SHOP, day(12, 24))):
        live = live_of(shop, before)
        made = planner([shop], plan_day=plan_day)
        (change,) = made.plan([made.keep(live)]).changes
        assert change.turn is None


def test_only_exceptions_leaves_all_else_as_it_is() -> None:
    """A new site, a new name and its contacts wait for somebody who looks at them; the hours go."""
    shop = CalendarChooser([HOLIDAYS]).extended(SITES[0])
    renamed = replace(shop, fields={**shop.fields, "name": "Uptown"})
    plan_day = PlanDay(datetime.datetime(2028, 12, 24, 12, tzinfo=datetime.UTC))
    live, other = live_of(SITES[0], SHOP), live_of(SITES[1], SHOP)
    made = replace(planner([renamed, SITES[1], site("new")], plan_day=plan_day), only_exceptions=True)
    plan = made.plan([made.keep(live), made.keep(other)])
    (change,) = plan.changes
    assert (change.id, [each.field for each in change.fields], change.required) == (
        "shop",
        [HOURS],
        (("Site Name", "Store shop"),),
    )
    assert (plan.pending.creates, plan.pending.updates, plan.pending.exceptions) == (0, 1, 1)
    assert plan.unchanged == 0


def test_layers_of_the_model_are_those_of_the_files() -> None:
    extended = CalendarChooser([HOLIDAYS, STOCKTAKING]).extended(SITES[2])
    assert extended.exceptions == layered(OWN, HOLIDAYS.exceptions)
