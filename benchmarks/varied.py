"""Varied sites, shaped like real chains: scripts, lengths, quotes, split and overnight weeks.

The shares below were counted in four public lists of stores, stations and libraries (35,711 sites); no name, address or
week of theirs is copied. Of every hundred sites, 12 are written in Chinese, Japanese, Korean, Arabic or accented Latin
letters, 10 have a `#` or another character in the name that needs quotes, and four weeks in five occur only once.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.record import SEED, Record

_COUNTRIES = (
    # share in a thousand, country, currency, time zones, form of the postal code, script of the names
    (
        530,
        "US",
        "USD",
        ("America/New_York", "America/Chicago", "America/Los_Angeles"),
        "00000",
        "latin",
    ),
    (107, "CN", "CNY", ("Asia/Shanghai",), "000000", "han"),
    (57, "CA", "CAD", ("America/Toronto", "America/Vancouver", "America/Edmonton"), "A0A 0A0", "latin"),
    (48, "JP", "JPY", ("Asia/Tokyo",), "000-0000", "latin"),
    (39, "KR", "KRW", ("Asia/Seoul",), "00000", "hangul"),
    (35, "GB", "GBP", ("Europe/London",), "SW0 0AA", "latin"),
    (23, "MX", "MXN", ("America/Mexico_City", "America/Tijuana"), "00000", "accented"),
    (15, "TW", "TWD", ("Asia/Taipei",), "000", "han"),
    (13, "TR", "TRY", ("Europe/Istanbul",), "00000", "accented"),
    (12, "PH", "PHP", ("Asia/Manila",), "0000", "latin"),
    (11, "TH", "THB", ("Asia/Bangkok",), "00000", "latin"),
    (10, "ID", "IDR", ("Asia/Jakarta", "Asia/Makassar"), "00000", "latin"),
    (9, "MY", "MYR", ("Asia/Kuala_Lumpur",), "00000", "latin"),
    (28, "DE", "EUR", ("Europe/Berlin",), "00000", "accented"),
    (6, "AE", "AED", ("Asia/Dubai",), "", "arabic"),
    (20, "FR", "EUR", ("Europe/Paris",), "00000", "accented"),
    (9, "AU", "AUD", ("Australia/Sydney", "Australia/Perth", "Australia/Brisbane"), "0000", "latin"),
    (8, "BR", "BRL", ("America/Sao_Paulo",), "00000-000", "accented"),
    (8, "ES", "EUR", ("Europe/Madrid", "Atlantic/Canary"), "00000", "accented"),
    (12, "RU", "RUB", ("Europe/Moscow", "Asia/Yekaterinburg"), "000000", "latin"),
)
_LETTERS = {
    "accented": "aäáâãeéèêiíoöóôuüúñçşğ",
    "han": "".join(chr(code) for code in range(0x4E00, 0x5400)),
    "hangul": "".join(chr(code) for code in range(0xAC00, 0xAE00)),
    "arabic": "".join(chr(code) for code in range(0x0628, 0x064B) if code not in range(0x063B, 0x0641)),
}
_CONSONANTS, _VOWELS = "bcdfghjklmnprstvwz", "aeiou"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DIFFERENT_DAYS = ((63, 1), (288, 2), (422, 3), (187, 4), (40, 5))
"""How many different days a week has, each with its share in a thousand."""
_ONCE = 0.8
"""The share of weeks that no other site has; the rest are one of forty that a chain prescribes."""


def records(count: int) -> Iterator[Record]:
    """Yield `count` sites; the same ones at the start whatever the count."""
    dice = random.Random(SEED)
    prescribed = [_week(dice) for _ in range(40)]
    shares = [share for share, *_ in _COUNTRIES]
    cities = [[_words(dice, row[5], 1, 2) for _ in range(200)] for row in _COUNTRIES]
    states = [[_state(dice, row[5]) for _ in range(20)] for row in _COUNTRIES]
    for number in range(count):
        at = dice.choices(range(len(_COUNTRIES)), shares)[0]
        _, country, currency, zones, postal_form, script = _COUNTRIES[at]
        city = dice.choice(cities[at])
        yield Record(
            id=f"{dice.randrange(1000, 60000)}-{number:06d}",
            name=_name(dice, script, city, number),
            address={
                "street": _street(dice, script),
                "city": city,
                "state": dice.choice(states[at]),
                "country": country,
                "postal_code": _postal_code(dice, postal_form) or "0",
            },
            groups=dice.sample(_GROUPS, dice.choice((1, 2, 2, 3))),
            escalation_path=f"{_words(dice, script, 1, 1)} {dice.randrange(20)}",
            timezone=dice.choice(zones),
            currency=currency,
            hours=_week(dice) if dice.random() < _ONCE else dice.choice(prescribed),
            internal_id=1000 + number,
        )


_GROUPS = (
    *("Company Owned", "Licensed", "Franchise", "Joint Venture", "Airport", "Drive Thru", "Mall", "Campus"),
    *("RB Süd", "RB Südwest", "RB Nord", "Région Ouest", "近畿", "서울", "Team Ünal", "D'Arcy & Co"),
)


def _word(dice: random.Random, script: str) -> str:
    if script in ("han", "hangul", "arabic"):
        return "".join(dice.choices(_LETTERS[script], k=dice.randint(2, 5)))
    vowels = _LETTERS["accented"] if script == "accented" and dice.random() < 0.4 else _VOWELS
    syllables = [dice.choice(_CONSONANTS) + dice.choice(vowels) for _ in range(dice.randint(2, 4))]
    return "".join(syllables).capitalize()


def _words(dice: random.Random, script: str, least: int, most: int) -> str:
    return " ".join(_word(dice, script) for _ in range(dice.randint(least, most)))


def _name(dice: random.Random, script: str, city: str, number: int) -> str:
    name = f"{city} {_words(dice, script, 1, 2)}"
    kind = dice.random()
    if kind < 0.10:
        return f"{name} #{number}"
    if kind < 0.13:
        return f"{name}: {_word(dice, script)}"
    if kind < 0.15:
        return f"O'{name}"
    if kind < 0.16:
        return f'"{name}" {number}'
    return f"{name} {number}" if kind < 0.5 else name


def _street(dice: random.Random, script: str) -> str:
    street = f"{dice.randrange(1, 9999)} {_words(dice, script, 1, 3)}"
    kind = dice.random()
    if kind < 0.5:
        street += f", {_words(dice, script, 1, 2)}"
    return f"{street} #{dice.randrange(400)}" if kind > 0.95 else street


def _state(dice: random.Random, script: str) -> str:
    if script in ("han", "hangul") or dice.random() < 0.1:
        return str(dice.randrange(1, 99))
    return dice.choice("XZ") + dice.choice("ABCDEFGHIJKLMNOPRSTUVW")  # none that has a time zone of its own


def _postal_code(dice: random.Random, form: str) -> str:
    digits, letters = "0123456789", "ABEGHJLNPRSTXY"  # those of codes in Canada and Britain
    return "".join(dice.choice({"0": digits, "A": letters}.get(one, one)) for one in form)


def _week(dice: random.Random) -> list[dict[str, object]]:
    """Return a week in the API's form: one to five different days, one in twelve split, one in thirty past midnight."""
    kinds = dice.choices([days for _, days in _DIFFERENT_DAYS], [share for share, _ in _DIFFERENT_DAYS])[0]
    patterns = [_day(dice) for _ in range(kinds)]
    of_day = [patterns[min(at, kinds - 1)] if at < 5 else dice.choice(patterns) for at in range(6)]
    of_day.append(dice.choice(patterns) if dice.random() < 0.5 else [])
    entries: dict[tuple[str, str], list[str]] = {}
    for day, spans in zip(_DAYS, of_day, strict=True):
        for span in spans:
            entries.setdefault(span, []).append(day)
    return [{"days": days, "start": start, "end": end} for (start, end), days in entries.items()]


def _day(dice: random.Random) -> list[tuple[str, str]]:
    opens, closes = dice.randrange(20, 44) * 15, dice.randrange(64, 92) * 15
    if dice.random() < 1 / 30:
        return [(_clock(opens), _clock(dice.randrange(2, 12) * 15 - 1))]
    if dice.random() < 1 / 12:
        pause = dice.randrange(48, 56) * 15
        return [(_clock(opens), _clock(pause - 1)), (_clock(pause + 60), _clock(closes - 1))]
    return [(_clock(opens), _clock(closes - 1))]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
