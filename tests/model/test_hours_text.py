"""Hours as people write them: one table of what is read, and how; one of what is refused, and why."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.model.hours.file_form.offer import offered_day, offered_days, offered_week
from dfsync.model.hours.free_text.read import UnreadableHoursError, languages_of, read_day, read_day_names, read_week
from dfsync.model.hours.free_text.week_text import Closing, SpanText
from dfsync.model.hours.week import DAY

CERTAIN = {
    "9am-5pm": "09:00-17:00",
    "9:00 AM – 5:00 PM": "09:00-17:00",
    "9 a.m. to 5 p.m.": "09:00-17:00",
    "9a-5p": "09:00-17:00",
    "09.00-17.00": "09:00-17:00",
    "0900-1700": "09:00-17:00",
    "９:00－17:00": "09:00-17:00",
    "9:00−17:00": "09:00-17:00",
    "9:00:00-17:00:00": "09:00-17:00",
    "9h-17h": "09:00-17:00",
    "9h30 à 18h": "09:30-18:00",
    "de 9h à 17h": "09:00-17:00",
    "von 9 bis 17 Uhr": "09:00-17:00",
    "9.30-18 Uhr": "09:30-18:00",
    "de 9 a. m. a 5 p. m.": "09:00-17:00",
    "0.375-0.708333333333333": "09:00-17:00",
    "9-12, 13-17": "09:00-12:00, 13:00-17:00",
    "9-13 / 14-18": "09:00-13:00, 14:00-18:00",
    "9-13 und 14-18": "09:00-13:00, 14:00-18:00",
    "9:00-12:00 13:00-17:00": "09:00-12:00, 13:00-17:00",
    "9-12; 13-17": "09:00-12:00, 13:00-17:00",
    "9-12\n13-17": "09:00-12:00, 13:00-17:00",
    "12:00 AM - 12:00 PM": "00:00-12:00",
    "12pm-12am": "12:00-24:00",
    "noon-midnight": "12:00-24:00",
    "22:00-26:00": "22:00-02:00",
    "22:00-02:00": "22:00-02:00",
    "10pm-6am": "22:00-06:00",
    "18-2": "18:00-02:00",
    "17:00 PM - 19:00 PM": "17:00-19:00",
    "00:00-24:00": "00:00-23:59",
    "0-24": "00:00-23:59",
    "24/7": "00:00-23:59",
    "24 hours": "00:00-23:59",
    "Open 24 Hours": "00:00-23:59",
    "24h": "00:00-23:59",
    "24h/24": "00:00-23:59",
    "rund um die Uhr": "00:00-23:59",
    "closed": "closed",
    "CLOSED": "closed",
    "Geschlossen": "closed",
    "fermé": "closed",
    "Cerrado": "closed",
    "off": "closed",
    "-": "closed",
    "–": "closed",
}
"""What can mean only one thing."""
GUESSES = {
    "9-5": "09:00-17:00",
    "10-6": "10:00-18:00",
    "8-8": "08:00-20:00",
    "8:00-8:00": "08:00-20:00",
    "9:00-5:30": "09:00-17:30",
    "930-530": "09:30-17:30",
    "12-8": "12:00-20:00",
    "10-2": "10:00-14:00",
    "1-5": "13:00-17:00",
    "9-12, 1-5": "09:00-12:00, 13:00-17:00",
    "6-10": "06:00-10:00",
    "9-5pm": "09:00-17:00",
    "1-5pm": "13:00-17:00",
    "7-10pm": "07:00-22:00",
    "6-2am": "18:00-02:00",
    "9am-5": "09:00-17:00",
    "6pm-2": "18:00-02:00",
}
"""What could mean something else, too."""
REFUSED = {
    "17:00+": "no closing time",
    "9:00-17:00+": "no closing time",
    "9": "no closing time",
    "9-": "no closing time",
    "08:00-08:00": "same time",
    "00:00-00:00": "same time",
    "9-5, 4-8": "overlap",
    "9-May": "a date",
    "2026-05-09": "a date",
    "09/05/2026": "a date",
    "#REF!": "shows an error",
    "########": "shows an error",
    "9\ufffd5": "shows an error",
    "by appointment": "by has no place",
    "9-5 (lunch 12-1)": "brackets",
    "9-17 Mon": "weekday",
    "PH off": "public holidays",
    "25:61-3": "not a time",
    "9-99": "not a time",
    "12345-6": "not a time",
    "24:00-02:00": "next day",
    "9:00-40:00": "not a time",
    "": "empty",
    "9" * 2_000: "too long",
}
WEEKS = {
    "Mon-Fri 9-18; Sat 10-16": "Mon-Fri 09:00-18:00; Sat 10:00-16:00; Sun closed",
    "Mo-Fr 09:00-18:00": "Mon-Fri 09:00-18:00; Sat-Sun closed",
    "Mo-Fr 08:00-12:00,13:00-17:30; Sa 09:00-12:00": ("Mon-Fri 08:00-12:00, 13:00-17:30; Sat 09:00-12:00; Sun closed"),
    "Mo-Su 09:00-18:00; Su off": "Mon-Sat 09:00-18:00; Sun closed",
    "Mo-Su 09:00-18:00; Sa 10:00-14:00": "Mon-Fri 09:00-18:00; Sat 10:00-14:00; Sun 09:00-18:00",
    "Th-Sa 18:00-26:00": "Mon-Wed closed; Thu-Sat 18:00-02:00; Sun closed",
    "24/7": "Mon-Sun 00:00-23:59",
    "24 hours, 7 days a week": "Mon-Sun 00:00-23:59",
    "24h/24 7j/7": "Mon-Sun 00:00-23:59",
    "closed": "Mon-Sun closed",
    "9:00-17:00": "Mon-Sun 09:00-17:00",
    "Daily 9am-5pm": "Mon-Sun 09:00-17:00",
    "9am-5pm daily": "Mon-Sun 09:00-17:00",
    "9am-5pm Mon-Fri, 10am-4pm Sat": "Mon-Fri 09:00-17:00; Sat 10:00-16:00; Sun closed",
    "Weekdays 9am-5pm, weekends 10am-4pm": "Mon-Fri 09:00-17:00; Sat-Sun 10:00-16:00",
    "Mon-Thu: 9-18 Fri: 9-17": "Mon-Thu 09:00-18:00; Fri 09:00-17:00; Sat-Sun closed",
    "Mon - 9-17\nTue - 10-17": "Mon 09:00-17:00; Tue 10:00-17:00; Wed-Sun closed",
    "9-12; 13-17": "Mon-Sun 09:00-12:00, 13:00-17:00",
    "9:00-12:00\n13:00-17:00; PH off": "Mon-Sun 09:00-12:00, 13:00-17:00",
    "Mon 9-12; Mon 13-17": "Mon 09:00-12:00, 13:00-17:00; Tue-Sun closed",
    "Mon-Sat 9am-5pm, closed Sunday": "Mon-Sat 09:00-17:00; Sun closed",
    "Monday to Friday 9am-5pm": "Mon-Fri 09:00-17:00; Sat-Sun closed",
    "Sat-Mon 10:00-16:00": "Mon 10:00-16:00; Tue-Fri closed; Sat-Sun 10:00-16:00",
    "Mo.-Fr. 9 bis 18 Uhr, Sa. 9-13 Uhr": "Mon-Fri 09:00-18:00; Sat 09:00-13:00; Sun closed",
    "Mo-Do 9-17, Fr 9-15": "Mon-Thu 09:00-17:00; Fri 09:00-15:00; Sat-Sun closed",
    "du lundi au vendredi de 9h à 12h et de 14h à 18h": "Mon-Fri 09:00-12:00, 14:00-18:00; Sat-Sun closed",
    "Lunes a viernes 9:00-14:00 y 17:00-20:00; sábados 10-14": (
        "Mon-Fri 09:00-14:00, 17:00-20:00; Sat 10:00-14:00; Sun closed"
    ),
    "L-V 9-18": "Mon-Fri 09:00-18:00; Sat-Sun closed",
}


@pytest.mark.parametrize("text", CERTAIN)
def test_a_day_is_read_as_it_is_meant(text: str) -> None:
    read = read_day(text)
    assert (str(read), read.notes) == (CERTAIN[text], ())


@pytest.mark.parametrize("text", GUESSES)
def test_a_day_that_could_mean_two_things_is_read_in_one_way_and_said(text: str) -> None:
    read = read_day(text)
    assert str(read) == GUESSES[text]
    assert read.notes


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_hours_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(UnreadableHoursError, match=REFUSED[text]):
        read_day(text)


@pytest.mark.parametrize("text", WEEKS)
def test_a_week_is_read_as_it_is_meant(text: str) -> None:
    assert str(read_week(text)) == WEEKS[text]


@pytest.mark.parametrize("text", ["Mon-Fri", "Mon 9-17 Tue", "Foo 9-17", "Mo 09:00-17:00+", "Mo-Fr sunrise-sunset"])
def test_a_week_with_a_part_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(UnreadableHoursError):
        read_week(text)


def test_a_weekday_that_two_languages_use_is_told_by_the_language() -> None:
    with pytest.raises(UnreadableHoursError, match="di can be Sun or Tue"):
        read_week("Di 9-12")
    assert str(read_week("Di 9-12", "de")).startswith("Mon closed; Tue 09:00")
    assert str(read_week("Di 9-12", "fr")).endswith("Sun 09:00-12:00")
    assert languages_of("Mo-Do 9-17, Di 9-12") == {"de"}


def test_public_holidays_are_left_out_and_said() -> None:
    assert read_week("Mo-Su,PH 09:00-20:00").notes == ("public holidays are left out: write them as exceptions",)
    assert read_week("Mo-Fr 9-17; PH off").notes


def test_weekdays_are_read_in_four_languages() -> None:
    for text in ("Mon-Fri", "Monday to Friday", "Montag bis Freitag", "Lundi au vendredi", "lunes a viernes", "M-F"):
        assert read_day_names(text) == (0, 1, 2, 3, 4)


def test_an_end_means_what_closing_says_unless_it_is_a_minute_before_a_quarter_hour() -> None:
    assert read_day("9:00-18:00").ambiguous
    assert read_day("9:00-18:00").spans[0].span(Closing.EXCLUSIVE) == (540, 1080)
    assert read_day("9:00-18:00").spans[0].span(Closing.INCLUSIVE) == (540, 1081)
    for text in ("9:00-17:59", "9:00-17:44", "9:00-24:00", "24 hours", "closed", "9:00-17:13:59"):
        read = read_day(text)
        assert not read.ambiguous
        assert [span.span(Closing.EXCLUSIVE) for span in read.spans] == [
            span.span(Closing.INCLUSIVE) for span in read.spans
        ]
    assert read_day("9:00-24:00").spans[0].span(Closing.INCLUSIVE) == (540, DAY)
    assert read_day("9:00-17:13:59").spans[0].span(Closing.EXCLUSIVE) == (540, 17 * 60 + 14)


def test_a_message_offers_what_was_meant() -> None:
    assert offered_day("9am-5pm") == "09:00-17:00"
    assert offered_day("9-12, 13-17") == "[09:00-12:00, 13:00-17:00]"
    assert offered_day("22:00-26:00") == "22:00-02:00"
    assert offered_days("Monday to Friday") == offered_days("Mo-Fr") == "Mon-Fri"
    assert offered_days("Mon & Wed") == "Mon,Wed"
    assert offered_week("24/7") == "{Mon-Sun: 00:00-23:59}"
    assert offered_week("Mon-Fri 9-6; Sat 10-4") == "{Mon-Fri: 09:00-18:00, Sat: 10:00-16:00}"
    assert offered_day("lunch") is offered_days("lunch") is offered_week("lunch") is None


@given(st.integers(0, DAY - 1), st.integers(1, DAY))
def test_a_span_that_is_written_out_is_read_as_it_was(start: int, length: int) -> None:
    span = SpanText(start, start + length)
    text = f"{start // 60:02d}:{start % 60:02d}-{span.end // 60:02d}:{span.end % 60:02d}"
    if span.end // 60 <= 36 and length != DAY:
        assert read_day(text).spans == (span,)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_day, read_week, read_day_names):
        with suppress(UnreadableHoursError):
            read(text)
