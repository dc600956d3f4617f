"""Reading opening hours as people write them: `9am-5pm`, `Mon-Fri 9-6; Sat 10-4`, `Mo-Fr 09:00-18:00`, `24/7`.

This is the only reader of such text: spreadsheets come in through it, and `validate` offers with it what was meant. A
text that can mean two things is read in one way, and a note says how. What can't be read for certain is refused with
the reason. `Closing` decides what an end means: the last minute open, or the first one closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from dfsync.model.hours.free_text.spans import day_of, overlap
from dfsync.model.hours.free_text.tokens import EVERY_DAY, DayName, Sign, Time, Token, tokens_of
from dfsync.model.hours.free_text.week_text import Closing, DayText, SpanText, UnreadableHoursError, WeekText
from dfsync.model.hours.free_text.words import CLOSED, DAY_WORDS, LANGUAGES, folded
from dfsync.model.hours.week import DAY, DAYS
from dfsync.model.hours.write import clock
from dfsync.model.text import shortened

__all__ = [
    "Closing",
    "DayText",
    "SpanText",
    "UnreadableHoursError",
    "WeekText",
    "read_day",
    "read_day_names",
    "read_week",
]

_MOST_TEXT = 1_000


@lru_cache(maxsize=20_000)
def read_day(text: str) -> DayText:
    """Read one day's hours. Raises `UnreadableHoursError`; an empty text is unreadable."""
    plain = _plain(text)
    if not plain.strip("- "):
        return DayText()
    tokens = [
        Sign.AND if token is Sign.BREAK else token for token in tokens_of(plain) if token != EVERY_DAY
    ]  # 24/7 and `9-5 daily` are said of a day, too
    if any(isinstance(token, DayName) for token in tokens):
        raise UnreadableHoursError("a weekday has no place in the hours of one day")
    if Sign.HOLIDAY in tokens:
        raise UnreadableHoursError("public holidays are not part of a week: write them as exceptions")
    reader = _Reader(tokens)
    day = reader.hours()
    if reader.left():
        raise UnreadableHoursError(f"{shortened(text, 40)} is not the hours of one day")
    return day


@lru_cache(maxsize=20_000)
def read_week(text: str, language: str | None = None) -> WeekText:
    """Read the hours of a week. Days that are not named are closed; hours without days apply to every day.

    `language` decides what a weekday such as `Di` means (Tuesday in German, Sunday in French). Raises
    `UnreadableHoursError`.
    """
    plain = _plain(text)
    if not plain.strip("- "):
        return WeekText((DayText(),) * 7)
    tokens = tokens_of(plain)
    if not any(isinstance(token, DayName) for token in tokens):
        tokens = [Sign.AND if token is Sign.BREAK else token for token in tokens]  # `9-12; 13-17` of every day
    reader = _Reader(tokens)
    groups, notes = reader.groups(), list(reader.notes)
    meant = _language([name for names, _, _ in groups for name in names], language)
    days: list[DayText | None] = [None] * 7
    for names, hours, overrides in groups:
        notes += [note for note in hours.notes if note not in notes]
        for day in _days(names, meant):
            days[day] = _joined(days[day], hours, DAYS[day], overrides=overrides)
    return WeekText(tuple(day or DayText() for day in days), tuple(notes))


def read_day_names(text: str, language: str | None = None) -> tuple[int, ...]:
    """Read weekdays, 0 is Monday: `Mon`, `Montag`, `Mon-Fri`, `Sa & So`. Raises `UnreadableHoursError`."""
    reader = _Reader(tokens_of(_plain(text)))
    names = reader.names()
    if reader.left() or not names:
        raise UnreadableHoursError(f"{shortened(text, 40)} is not a weekday")
    return _days(names, _language(names, language))


def languages_of(text: str) -> frozenset[str] | None:
    """Return the languages that have all the weekday names of a text; None if it names no weekday."""
    found: frozenset[str] | None = None
    for word in folded(text[:_MOST_TEXT]).replace("-", " ").replace("/", " ").split():
        if known := DAY_WORDS.get(word.strip(".,:;()")):
            found = (found if found is not None else frozenset(LANGUAGES)) & known.keys()
    return found


def is_closed(text: str) -> bool:
    """Whether a text says closed, in any of the languages or by a dash."""
    plain = folded(text[:_MOST_TEXT])
    return plain in CLOSED or (bool(plain) and not plain.strip("- "))


def _plain(text: str) -> str:
    if len(text) > _MOST_TEXT:
        raise UnreadableHoursError("it is too long for opening hours")
    plain = folded(text)
    if not plain:
        raise UnreadableHoursError("it is empty")
    return plain


Group = tuple[tuple["_Names", ...], DayText, bool]
"""Weekdays, their hours, and whether these replace earlier hours of the same days (OSM's `;`)."""
_Names = tuple[DayName, DayName]
"""A range of weekdays; a single one is a range to itself."""


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._names_no_day = not any(isinstance(token, DayName) for token in tokens)
        self.notes: list[str] = []

    def left(self) -> bool:
        return self._at < len(self._tokens)

    def groups(self) -> list[Group]:
        found: list[Group] = []
        after_break = False
        while self.left():
            if self._skip(Sign.BREAK, Sign.AND):
                after_break = self._tokens[self._at - 1] is Sign.BREAK
                continue
            names = self.names()
            if names:
                self._skip(Sign.TO)
                hours = self.hours()
            elif self._holiday():
                continue
            else:
                hours = self.hours()
                self._skip(Sign.AND) if isinstance(self._peek(1), DayName) and not found else None
                names = self.names() or (((EVERY_DAY, EVERY_DAY),) if not found and self._names_no_day else ())
                if not names:
                    raise UnreadableHoursError(f"{hours} has no day")
            found.append((names, hours, after_break))
            after_break = False
        if not found:
            raise UnreadableHoursError("it has no hours")
        return found

    def names(self) -> tuple[_Names, ...]:
        """Read `Mon`, `Mon-Fri`, `Mon, Wed`; nothing if there is no day. Holidays among the days are left out."""
        found: list[_Names] = []
        while True:
            first = self._peek()
            if first is Sign.HOLIDAY and found:
                self._at += 1
                self._note_holidays()
            elif isinstance(first, DayName):
                self._at += 1
                last = self._peek(1)
                if self._peek() is Sign.TO and isinstance(last, DayName):
                    self._at += 2
                    found.append((first, last))
                else:
                    found.append((first, first))
            else:
                return tuple(found)
            following = self._peek(1)
            if self._peek() is Sign.AND and (isinstance(following, DayName) or following is Sign.HOLIDAY):
                self._at += 1

    def hours(self) -> DayText:
        """Read `closed`, `24 hours`, or spans. Raises `UnreadableHoursError` if there is none of them."""
        token = self._peek()
        if token is Sign.CLOSED:
            self._at += 1
            return DayText()
        if token is Sign.ALL_DAY or (
            isinstance(token, Time) and token.minute == DAY and token.bare_hour and self._peek(1) is not Sign.TO
        ):
            self._at += 1
            return DayText((SpanText(0, DAY),))
        spans: list[tuple[Time, Time]] = []
        while True:
            spans.append(self._span())
            if isinstance(self._peek(), Time) or (self._peek() is Sign.AND and isinstance(self._peek(1), Time)):
                self._skip(Sign.AND)
            else:
                break
        return day_of(spans)

    def _span(self) -> tuple[Time, Time]:
        start = self._peek()
        if not isinstance(start, Time):
            raise UnreadableHoursError("it has no hours" if start is None else "hours are missing, or in another place")
        end = self._peek(2)
        if self._peek(1) is not Sign.TO or not isinstance(end, Time):
            raise UnreadableHoursError(f"{clock(start.minute)} has no closing time")
        self._at += 3
        return start, end

    def _holiday(self) -> bool:
        """Read hours of public holidays, for which a week has no place."""
        if self._peek() is not Sign.HOLIDAY:
            return False
        self._at += 1
        self.hours()
        self._note_holidays()
        return True

    def _note_holidays(self) -> None:
        note = "public holidays are left out: write them as exceptions"
        if note not in self.notes:
            self.notes.append(note)

    def _peek(self, ahead: int = 0) -> Token | None:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def _skip(self, *signs: Sign) -> bool:
        if self._peek() in signs:
            self._at += 1
            return True
        return False


def _joined(before: DayText | None, hours: DayText, day: str, *, overrides: bool) -> DayText:
    """Return the hours of a day that is mentioned twice: both spans, or the later one if it replaces the earlier."""
    if before is None or not before.spans:
        return hours
    if not hours.spans:
        return hours
    both = DayText(before.spans + hours.spans)
    if not overlap(both.spans):
        return both
    if overrides:
        return hours
    raise UnreadableHoursError(f"{day} is there twice, with hours that overlap")


def _language(names: Sequence[_Names], language: str | None) -> str | None:
    """Return the language of the weekdays; None if it makes no difference.

    Raises `UnreadableHoursError` if it is unclear.
    """
    words = [name for pair in names for name in pair if name.days[0][0] != "*"]
    possible = [one for one in LANGUAGES if all(one in dict(word.days) for word in words)]
    if not possible:
        raise UnreadableHoursError("its weekdays are not of one language")
    if language in possible:
        return language
    for word in words:
        if len({dict(word.days)[one] for one in possible}) > 1:
            meanings = " or ".join(sorted({DAYS[dict(word.days)[one][0]] for one in possible}))
            raise UnreadableHoursError(f"{word.word} can be {meanings}: write the weekday in full")
    return possible[0]


def _days(names: Iterable[_Names], language: str | None) -> tuple[int, ...]:
    found: list[int] = []
    for first, last in names:
        begin, end = _of(first, language), _of(last, language)
        if first is last:
            days: Iterator[int] = iter(begin)
        else:
            days = ((begin[0] + step) % 7 for step in range((end[-1] - begin[0]) % 7 + 1))
        for day in days:
            if day in found:
                raise UnreadableHoursError(f"{DAYS[day]} is there twice")
            found.append(day)
    return tuple(found)


def _of(name: DayName, language: str | None) -> tuple[int, ...]:
    meanings = dict(name.days)
    return meanings.get("*") or meanings[language or next(iter(meanings))]
