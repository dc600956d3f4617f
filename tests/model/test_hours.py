"""The algebra of hours: what is written in any form is one set of minutes, and that set alone counts."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.model.hours.file_form.read import ReadHours, read_hours, read_spans
from dfsync.model.hours.live import live_hours
from dfsync.model.hours.week import CLOSED, DAY, DAYS, WEEK, Span, Week, overlaps
from dfsync.model.hours.write import cell, clock, describe, entries

SPANS = st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY)).map(lambda pair: (pair[0], pair[0] + pair[1]))
WEEKS = st.tuples(*[st.lists(SPANS, max_size=3).map(tuple)] * 7).map(Week)


def minutes(week: Week) -> set[int]:
    """Return the open minutes of the week, one by one: the definition of a schedule."""
    return {
        (day * DAY + minute) % WEEK
        for day, spans in enumerate(week.days)
        for start, stop in spans
        for minute in range(start, stop)
    }


def week_of(written: object) -> Week:
    """Return hours that must be right."""
    read = read_hours(written)
    assert read.problems == ()
    assert read.week is not None
    return read.week


def problems(written: object, **profiles: object) -> list[tuple[str, tuple[str | int, ...]]]:
    """Return code and path of each problem."""
    known = {name: read_hours(value) for name, value in profiles.items()}
    return [(found.code, found.path) for found in read_hours(written, known).problems]


@given(WEEKS, WEEKS)
def test_two_weeks_are_equal_exactly_when_their_minutes_are(one: Week, other: Week) -> None:
    """Equality and hash follow from the set of minutes, however spans are grouped, ordered or split."""
    assert (one == other) is (minutes(one) == minutes(other))
    again = Week(tuple(tuple(reversed(spans)) for spans in one.days))
    assert again == one
    assert hash(again) == hash(one)


# Without a lone minute at midnight: 00:00 as an end means 23:59, so that no file and no span can say it.
SAYABLE = WEEKS.filter(lambda week: not any((0, 1) in spans for spans in week.by_day()))


@given(SAYABLE)
def test_what_is_rendered_reads_back_as_the_same_week(week: Week) -> None:
    """The API's form loses nothing: as a cell, as entries, and in a file."""
    assert live_hours(cell(week)) == week
    assert live_hours(entries(week)) == week
    one_minute = any(entry["start"] == entry["end"] for entry in entries(week))
    if not one_minute:  # the files have no way to write one minute
        assert week_of(entries(week)) == week


@given(WEEKS, st.randoms(use_true_random=False))
def test_the_rendered_form_is_canonical(week: Week, dice: object) -> None:
    """Equal weeks give equal bytes: days in order, equal spans grouped, entries by first day, then start."""
    shuffled = [list(spans) for spans in week.by_day()]
    for spans in shuffled:
        dice.shuffle(spans)
    assert cell(Week(tuple(map(tuple, shuffled)))) == cell(week)
    order = [(DAYS.index(entry["days"][0]), entry["start"]) for entry in entries(week)]
    assert order == sorted(order)
    for entry in entries(week):
        assert entry["days"] == sorted(set(entry["days"]), key=DAYS.index)
        assert entry["start"] <= entry["end"]


@given(WEEKS)
def test_days_part_the_week(week: Week) -> None:
    """Spans of a day stay in the day, in order, touch nowhere, and are together the week."""
    days = week.by_day()
    assert minutes(Week(days)) == minutes(week)
    for spans in days:
        assert all(0 <= start < stop <= DAY for start, stop in spans)
        assert all(stop < start for (_, stop), (start, _) in pairwise(spans))


LONGER = SPANS.filter(lambda span: span[1] - span[0] > 1)  # no file can say a span of one minute


@given(st.lists(st.tuples(st.integers(0, 6), LONGER), max_size=6))
def test_an_overlap_is_two_minutes_in_common(placed: list[tuple[int, Span]]) -> None:
    """Some pair is reported exactly when two spans share more than one end minute; rolling over Sunday too."""
    days = tuple(tuple(sorted(span for of, span in placed if of == day)) for day in range(7))
    spans = [(day * DAY + start, day * DAY + stop) for day, of_day in enumerate(days) for start, stop in of_day]
    expected = any(
        start <= other < stop - 1
        for number, (start, stop) in enumerate(spans)
        for place, (later, _) in enumerate(spans)
        for other in (later, later + WEEK)
        if place != number
    )
    assert bool(list(overlaps(days))) is expected


FORMS = [
    [{"days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "start": "09:00", "end": "18:59"}],
    [
        {"days": ["Fri", "Mon"], "start": "09:00", "end": "18:59"},
        {"days": ["Tue", "Wed", "Thu"], "start": "09:00", "end": "18:59"},
    ],
    {"Mon-Fri": "09:00-18:59"},
    {"Mon-Fri": "09:00 - 18:59", "Sat-Sun": "closed"},
    {"Mon,Wed": ["09:00-18:59"], "Tue": "09:00-18:59", "Thu - Fri": ["09:00-12:00", "12:00-18:59"]},
    {"Mon-Fri": ["09:00-11:59", "12:00-18:59"]},
]


@pytest.mark.parametrize("written", FORMS)
def test_all_forms_mean_the_same(written: object) -> None:
    """The API's list, the compact mapping, split and grouped."""
    assert week_of(written) == week_of(FORMS[0])
    assert cell(week_of(written)) == '[{"days":["Mon","Tue","Wed","Thu","Fri"],"start":"09:00","end":"18:59"}]'
    assert describe(week_of(written)) == "Mon–Fri 09:00–18:59"


def test_a_profile_takes_any_form_and_is_the_same() -> None:
    """And does not mix with days of its own."""
    profiles = {"retail": read_hours(FORMS[2])}
    assert read_hours({"profile": "retail"}, profiles) == ReadHours(week_of(FORMS[0]), (), "retail")
    assert problems({"profile": "retail", "Sat": "closed"}, retail=FORMS[0]) == [("DF206", ("Sat",))]
    assert problems({"profile": "retial"}, retail=FORMS[0]) == [("DF207", ("profile",))]
    assert problems({"profile": ["retail"]}, retail=FORMS[0]) == [("DF207", ("profile",))]


def test_a_span_past_midnight_goes_on_the_next_day() -> None:
    """Sunday's rolls over to Monday; the rendered week has two entries on two days."""
    assert entries(week_of({"Sun": "22:00-02:00"})) == [
        {"days": ["Mon"], "start": "00:00", "end": "02:00"},
        {"days": ["Sun"], "start": "22:00", "end": "23:59"},
    ]
    assert describe(week_of({"Sun": "22:00-02:00"})) == "Sun 22:00–02:00"


@pytest.mark.parametrize("end", ["23:59", "24:00", "00:00"])
def test_midnight_as_an_end_is_the_last_minute_of_the_day(end: str) -> None:
    """All three spellings mean it."""
    assert cell(week_of({"Mon": f"09:00-{end}"})) == '[{"days":["Mon"],"start":"09:00","end":"23:59"}]'


def test_all_day_and_closed_have_their_spelling() -> None:
    """`[]`, `{}` and closed days are closed all week, null is no hours."""
    assert describe(week_of({"Mon-Sun": "00:00-23:59"})) == "daily all day"
    assert week_of([]) == week_of({}) == week_of({"Mon-Sun": "closed"}) == week_of({"Mon": []}) == CLOSED
    assert cell(CLOSED) == "[]"
    assert read_hours(None) == ReadHours(None)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("09:00-18:59", [("DF206", ())]),
        ([5], [("DF206", (0,))]),
        ([{"days": ["Mon"], "start": "09:00"}], [("DF206", (0,))]),
        ([{"days": ["Mon"], "start": "09:00", "end": "10:00", "note": "x"}], [("DF206", (0, "note"))]),
        ([{"days": "Mon", "start": "09:00", "end": "10:00"}], [("DF206", (0, "days"))]),
        ([{"days": [], "start": "09:00", "end": "10:00"}], [("DF206", (0, "days"))]),
        ([{"days": ["Moon"], "start": "09:00", "end": "10:00"}], [("DF201", (0, "days", 0))]),
        ([{"days": ["Mon", "Mon"], "start": "09:00", "end": "10:00"}], [("DF204", (0, "days", 1))]),
        ([{"days": ["Mon"], "start": "9:00", "end": "25:00"}], [("DF202", (0, "start")), ("DF202", (0, "end"))]),
        ([{"days": ["Mon"], "start": "24:00", "end": "10:00"}], [("DF202", (0, "start"))]),
        ([{"days": ["Mon"], "start": "09:00\n", "end": "٠٩:٠٠"}], [("DF202", (0, "start")), ("DF202", (0, "end"))]),
        ([{"days": ["Mon"], "start": None, "end": ["x"]}], [("DF202", (0, "start")), ("DF202", (0, "end"))]),
        ([{"days": ["Mon"], "start": "00:00", "end": "00:00"}], [("DF203", (0, "end"))]),
        ({"Mon": "09:00-09:00"}, [("DF203", ("Mon",))]),
        ({"Mon": None}, [("DF206", ("Mon",))]),
        ({"Mon": "nine to five"}, [("DF202", ("Mon",))]),
        ({"Mon": ["closed"]}, [("DF202", ("Mon", 0))]),
        ({"Mon-Wed-Fri": "09:00-10:00"}, [("DF201", ("Mon-Wed-Fri",))]),
        ({"Montag": "09:00-10:00"}, [("DF201", ("Montag",))]),
        ({"Mon-Fri": "9-5"}, [("DF202", ("Mon-Fri",))]),
        ({"Mo-Fr": "09:00-10:00"}, [("DF201", ("Mo-Fr",))]),
        ({"Mon,Mon": "09:00-10:00"}, [("DF204", ("Mon,Mon",))]),
        ({"Mon-Fri": "09:00-10:00", "Thu-Sat": "09:00-10:00"}, [("DF204", ("Thu-Sat",))]),
        ({"Mon-Fri": ["09:00-12:01", "12:00-13:00"]}, [("DF205", ("Mon-Fri", 1))]),
        ({"Mon": "22:00-02:00", "Tue": "01:00-05:00"}, [("DF205", ("Tue",))]),
        ({"Sun": "22:00-02:00", "Mon": "01:00-05:00"}, [("DF205", ("Mon",))]),
        ({"Mon": ["08:00-20:00", "09:00-10:00", "11:00-12:00"]}, [("DF205", ("Mon", 1)), ("DF205", ("Mon", 2))]),
    ],
)
def test_each_mistake_is_found_at_its_place(written: object, expected: list[tuple[str, tuple[str | int, ...]]]) -> None:
    """A code and the path to what is wrong; a range of days is wrong once, not once a day."""
    assert problems(written) == expected


def test_spans_that_share_their_end_minute_merge() -> None:
    """`09:00-12:00, 12:00-17:00` is no overlap."""
    assert week_of({"Mon": ["09:00-12:00", "12:00-17:00"]}) == week_of({"Mon": "09:00-17:00"})


def test_no_message_shows_more_than_a_person_reads() -> None:
    """Whatever is written: no Python spelling, no long value, nothing that a terminal obeys."""
    for written in (
        {"x" * 900: "y"},
        [{"days": [{"a": "b"}], "start": ["c"], "end": "\x1b[31m" * 50}],
        {"Mon": "z" * 900},
    ):
        for found in read_hours(written).problems:
            assert len(found.message) < 150
            assert not {"{", "[", "\x1b", "'"} & set(found.message.replace("\\x1b[", ""))


@pytest.mark.parametrize(
    ("written", "spans", "codes"),
    [
        ("09:00-14:00", ((540, 841),), []),
        (["13:00-14:00", "09:00-12:00"], ((540, 721), (780, 841)), []),
        ("closed", (), []),
        ("22:00-02:00", ((1320, 1561),), []),
        (["09:00-12:00", "11:00-13:00", "12:00-14:00"], None, ["DF205"]),
        ("9", (), ["DF202"]),
    ],
)
def test_the_hours_of_one_day_are_read_alone(written: object, spans: object, codes: list[str]) -> None:
    """Spans of an exception are in order, a span past midnight has its tail, and one overlap is one problem."""
    read, found = read_spans(written)
    assert spans is None or read == spans
    assert [each.code for each in found] == codes


def test_an_overlap_of_a_date_names_no_weekday() -> None:
    """The date has one, but its spans do not say which."""
    (problem,) = read_spans(["10:00-12:00", "11:00-13:00"])[1]
    assert problem.message == "11:00–13:00 overlaps 10:00–12:00"


def test_live_is_a_fact_and_read_leniently() -> None:
    """Overlaps merge, one minute is one minute, days are spelled as they come; JSON text and an array are the same."""
    live = [
        {"days": ["monday", "MON "], "start": "09:00", "end": "12:00"},
        {"days": ["Mon"], "start": "11:00", "end": "11:00"},
    ]
    assert live_hours(live) == live_hours(json.dumps(live)) == week_of({"Mon": "09:00-12:00"})
    assert live_hours([{"days": ["Mon"], "start": "10:00", "end": "10:00"}]) == Week((((600, 601),), *((),) * 6))
    assert live_hours(None) is live_hours(" ") is None


@pytest.mark.parametrize(
    "value", ["{}", "x", "[" * 100_000, '[{"days": []}]', [5], 5, [{"days": ["X"], "start": "09:00", "end": "9"}]]
)
def test_what_is_no_hours_is_a_value_error(value: object) -> None:
    """No other exception is raised."""
    with pytest.raises(ValueError, match=r"."):
        live_hours(value)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_whatever_is_written_has_an_answer(written: object) -> None:
    """Files are read strictly and live leniently, and neither raises what it does not announce."""
    assert isinstance(read_hours(written), ReadHours)
    read_spans(written)
    with suppress(ValueError):
        live_hours(written)


def test_a_clock_wraps_at_midnight() -> None:
    """Minutes beyond the day are shown as the clock shows them."""
    assert [clock(0), clock(DAY - 1), clock(DAY + 61)] == ["00:00", "23:59", "01:01"]


@pytest.mark.parametrize(
    ("written", "help"),
    [
        ({"Mon-Fri": "09:00–18:59"}, "write 09:00-18:59"),
        ({"Mon-Fri": "09:00 to 18:59"}, "write 09:00-18:59"),
        ({"Mon-Fri": "09:00-12:00, 13:00-17:00"}, "write [09:00-12:00, 13:00-17:00]"),
        ({"Mon–Fri": "09:00-18:59"}, "write Mon-Fri"),
        ({"Mon..Fri": "09:00-18:59"}, "write Mon-Fri"),
        ({"Mon": "09:00-12:00", "13:00-17:00": None}, "put all spans of a day in brackets: [09:00-12:00, 13:00-17:00]"),
        ([{"days": ["Fri-Mon"], "start": "09:00", "end": "18:59"}], "write Fri, Sat, Sun, Mon"),
        ([{"days": "Mon-Wed", "start": "09:00", "end": "18:59"}], "write [Mon, Tue, Wed]"),
        ({"Mon": "all day"}, "write 00:00-23:59"),
        ({"Mon": "when the sun shines"}, "the form is 09:00-17:59, or closed"),
        ({"Mon": "9am-5pm"}, "write 09:00-17:00"),
        ({"Mon": "12:00 AM - 12:00 PM"}, "write 00:00-12:00"),
        ({"Mon": "24/7"}, "write 00:00-23:59"),
        ({"Mon": "open 24 hours"}, "write 00:00-23:59"),
        ({"Mon": "22:00-26:00"}, "write 22:00-02:00"),
        ({"Mon": "18:00-24:30"}, "write 18:00-00:30"),
        ({"Mon": "9-5"}, "write 09:00-17:00"),
        ({"Mon": "09:00−17:00"}, "write 09:00-17:00"),
        ({"Mon": "00:00-00:00"}, "all day is 00:00-23:59"),
        ({"Mon": ["9-12, 13-17"]}, "write 09:00-12:00, 13:00-17:00"),
        ({"Monday to Friday": "09:00-17:00"}, "write Mon-Fri"),
        ({"Mon & Tue": "09:00-17:00"}, 'write "Mon,Tue"'),
        ({"Mon/Tue": "09:00-17:00"}, 'write "Mon,Tue"'),
        ({"Mo-Fr": "09:00-17:00"}, "write Mon-Fri"),
        ({"Monday to Fryday": "09:00-17:00"}, "the days are Mon, Tue, Wed, Thu, Fri, Sat and Sun"),
        ({"S": "09:00-17:00"}, "the days are Mon, Tue, Wed, Thu, Fri, Sat and Sun"),
        ({"Modnay": "09:00-17:00"}, "did you mean Mon?"),
        ("24/7", "write {Mon-Sun: 00:00-23:59}"),
        ("Mo-Fr 9-6; Sat 10-4", "write {Mon-Fri: 09:00-18:00, Sat: 10:00-16:00}"),
        ([{"days": ["Mon"], "start": "9am", "end": "17:00"}], 'write "09:00"'),
        ([{"days": ["Mon"], "start": "22:00", "end": "26:00"}], 'write "02:00"'),
        ("closed", "write [] for closed all week"),
    ],
)
def test_what_was_meant_is_said_with_the_users_own_hours(written: object, help: str) -> None:
    """Somebody who pastes the advice must not close an hour early."""
    assert read_hours(written).problems[0].help == help


def test_problems_beyond_count_are_told_as_too_many() -> None:
    """A machine that wrote a thousand wrong days made one mistake."""
    read = read_hours({f"K{number}": "closed" for number in range(5_000)})
    assert len(read.problems) == 1_001
    assert "more than 1,000 problems" in read.problems[-1].message


def test_weeks_of_the_same_minutes_are_equal_and_not_unequal():
    """However they are split over days: what compares them may ask either way."""
    one, other = Week((((0, 60), (60, 120)), *((),) * 6)), Week((((0, 120),), *((),) * 6))
    assert one == other
    assert not one != other  # noqa: SIM202  (`!=` itself is tested)
    assert one != CLOSED
    assert {one: 1}[other] == 1
