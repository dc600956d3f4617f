"""Cutting hours as people write them into times, days and the signs between them."""

from __future__ import annotations

import enum
import re

from msgspec import Struct

from dfsync.model.hours.free_text.week_text import UnreadableHoursError
from dfsync.model.hours.free_text.words import (
    ALL_DAY,
    ALL_WEEK,
    AND,
    CLOCK_WORDS,
    CLOSED,
    DAY_GROUPS,
    DAY_PHRASES,
    DAY_WORDS,
    FILLERS,
    HOLIDAYS,
    MONTHS,
    TO,
)
from dfsync.model.text import shortened


class Sign(enum.Enum):
    """A sign between times and days."""

    TO = "-"
    AND = ","
    BREAK = ";"
    CLOSED = "closed"
    ALL_DAY = "24 hours"
    HOLIDAY = "PH"


class Time(Struct, frozen=True):
    """A time as it was written. `half` is am or pm; `plain` says that it may mean an hour before or after noon.

    `minute` counts from midnight and may be beyond 24:00. `through` is an end such as 17:13:59, whose minute is open.
    """

    minute: int
    half: str = ""
    plain: bool = False
    through: bool = False
    bare_hour: bool = False


class DayName(Struct, frozen=True):
    """A word for weekdays: the days that it means in each language, or in all of them under "*"."""

    word: str
    days: tuple[tuple[str, tuple[int, ...]], ...]


EVERY_DAY = DayName("daily", (("*", tuple(range(7))),))

Token = Time | DayName | Sign

_PHRASES = tuple((re.compile(rf"\b(?:{phrase})(?![a-z0-9])"), word) for phrase, word in DAY_PHRASES)
_ALL_WEEK = re.compile(rf"(?<![0-9:.h-])(?<!- )(?:{'|'.join(ALL_WEEK)})(?![a-z0-9])")
_ALL_DAY = re.compile(rf"(?<![0-9:.h-])(?<!- )(?:{'|'.join(ALL_DAY)})(?![a-z0-9])")
_FRACTION = re.compile(r"0\.(?:[0-9]{3,}|[0-9]|25|50|75)(?![0-9:])|0,[0-9]{3,}(?![0-9:])")
_ENDING = (
    r"(?P<ending> ?(?:[ap]\.? ?m\b\.?|[ap](?![a-z ]|[0-9])|"
    r"[ap](?= ?-)|(?:uhr|h|hs|hrs?|heures?|horas?|o'clock|std)\b))?"
)
_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2})(?: ?(?P<mark>[:.h]|uhr) ?(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?)?"
    rf"(?![0-9]){_ENDING}"
)
_COMPACT = re.compile(rf"(?P<hour>[0-9]{{1,2}})(?P<minute>[0-5][0-9])(?![0-9]){_ENDING}")
_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)?\.?")
_OPEN_END = re.compile(r"[0-9][0-9:.]*[a-z]* ?\+ ?(?=$|[;|,\n])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}")
_DAMAGE = re.compile(r"#(?:ref|value|n/a|name|num|div/0|null)[!?]?|#{3,}|\ufffd")


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a folded text. Raises `UnreadableHoursError` for what has no place in hours."""
    if _DAMAGE.search(text):
        raise UnreadableHoursError("the spreadsheet shows an error here, not the value")
    if _DATE.search(text):
        raise UnreadableHoursError("it is a date, which a spreadsheet makes of a text such as 9-5")
    if open_end := _OPEN_END.search(text):
        raise UnreadableHoursError(f"{open_end[0].strip()} has no closing time")
    text = _ALL_WEEK.sub(" daily allday ", text)
    text = _ALL_DAY.sub(" allday ", text)
    for pattern, word in _PHRASES:
        text = pattern.sub(f" {word} ", text)
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at] == " ":
            at += 1
            continue
        token, at = _token(text, at)
        if token is not None:
            found.append(token)
    return found


def _token(text: str, at: int) -> tuple[Token | None, int]:
    letter = text[at]
    if letter.isascii() and letter.isdigit():
        return _time(text, at)
    if letter.isalpha():
        return _word(text, at)
    if letter == "-":
        return Sign.TO, at + 1
    if letter in ",&/+":
        return Sign.AND, at + 1
    if letter in ";|\n":
        return Sign.BREAK, at + 1
    if letter in ":.=":
        return None, at + 1
    if letter in "()[]":
        raise UnreadableHoursError("a remark in brackets is not hours")
    raise UnreadableHoursError(f"{shortened(letter)} has no place in hours")


def _time(text: str, at: int) -> tuple[Token, int]:
    if fraction := _FRACTION.match(text, at):
        return Time(_minute_of_fraction(fraction[0])), fraction.end()
    if found := _TIME.match(text, at):
        hour, minute, second = int(found["hour"]), int(found["minute"] or 0), int(found["second"] or 0)
    elif found := _COMPACT.match(text, at):
        hour, minute, second = int(found["hour"]), int(found["minute"]), 0
    else:
        number = re.compile("[0-9]+").match(text, at)
        raise UnreadableHoursError(f"{shortened(number[0], 20) if number else text[at]} is not a time")
    ending = (found["ending"] or "").replace(" ", "").replace(".", "")
    half = ending[0] if ending[:1] in ("a", "p") else ""
    marked = "mark" in found.groupdict() and found["mark"] in ("h", "uhr")
    plain = not half and 1 <= hour <= 12 and found["hour"][0] != "0" and not (ending or marked)
    if minute > 59 or second > 59 or hour > 36:
        raise UnreadableHoursError(f"{found[0].strip()} is not a time")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif half == "a":
        raise UnreadableHoursError(f"{found[0].strip()} is not a time")
    bare_hour = found.re is _TIME and found["mark"] is None
    through = second == 59
    return Time(hour * 60 + minute, half, plain, through, bare_hour), found.end()


def _minute_of_fraction(text: str) -> int:
    """Return the minute of a spreadsheet's time of day, a fraction of a day. Raises `UnreadableHoursError`."""
    seconds = float(text.replace(",", ".")) * 86_400
    minute = round(seconds / 60)
    if abs(seconds - minute * 60) > 1:
        raise UnreadableHoursError(f"{shortened(text, 20)} is not a whole minute of a day")
    return minute


def _word(text: str, at: int) -> tuple[Token | None, int]:
    found = _WORD.match(text, at)
    if found is None:
        raise UnreadableHoursError(f"{shortened(text[at:], 20)} has no place in hours")
    word, end = found[0].rstrip("."), found.end()
    if word not in DAY_GROUPS and "-" in word:  # Mon-Fri
        end = at + word.index("-")
        word = text[at:end]
    if word == "allday":
        return Sign.ALL_DAY, end
    if word in DAY_GROUPS:
        return DayName(word, (("*", tuple(DAY_GROUPS[word])),)), end
    if word in CLOCK_WORDS:
        return Time(CLOCK_WORDS[word], half="word"), end
    if word in CLOSED:
        return Sign.CLOSED, end
    if word in HOLIDAYS:
        return Sign.HOLIDAY, end
    if word in TO:
        return Sign.TO, end
    if word in AND:
        return Sign.AND, end
    if word in DAY_WORDS:
        return DayName(word, tuple((language, (day,)) for language, day in DAY_WORDS[word].items())), end
    if word in FILLERS:
        return None, end
    if word in MONTHS:
        raise UnreadableHoursError("it is a date, which a spreadsheet makes of a text such as 9-5")
    raise UnreadableHoursError(f"{shortened(word, 30)} has no place in hours")
