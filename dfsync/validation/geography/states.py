"""The time zones of the states of the United States, Canada and Australia.

A zone counts as a state's when it keeps the time of one of those below all year: names differ, clocks don't. Source:
the comments of `zone.tab` in the IANA tz database, and for what it calls "most areas" the maps of the three countries.
"""

from __future__ import annotations

import datetime
from functools import cache, lru_cache

from dfsync.validation.geography.tables.postal_tables import STATES

_ZONES = {
    "E": "America/New_York",
    "C": "America/Chicago",
    "M": "America/Denver",
    "Z": "America/Phoenix",
    "P": "America/Los_Angeles",
    "A": "America/Anchorage",
    "L": "America/Adak",
    "H": "Pacific/Honolulu",
}
_US = {
    "E": "CT DE DC GA ME MD MA NH NJ NY NC OH PA RI SC VT VA WV",
    "EC": "FL IN KY MI TN",
    "C": "AL AR IL IA LA MN MS MO OK WI",
    "CM": "KS NE ND SD TX",
    "M": "CO MT NM UT WY",
    "MP": "ID NV OR",
    "P": "CA WA",
    "ZM": "AZ",
    "AL": "AK",
    "H": "HI",
}
"""States by the zones that they have."""
_OTHERS = {
    "CA-AB": ("America/Edmonton",),
    "CA-BC": ("America/Vancouver", "America/Edmonton", "America/Creston", "America/Fort_Nelson"),
    "CA-MB": ("America/Winnipeg",),
    "CA-NB": ("America/Halifax",),
    "CA-NL": ("America/St_Johns", "America/Halifax"),
    "CA-NS": ("America/Halifax",),
    "CA-ON": ("America/Toronto", "America/Winnipeg", "America/Atikokan"),
    "CA-PE": ("America/Halifax",),
    "CA-QC": ("America/Toronto", "America/Halifax", "America/Blanc-Sablon"),
    "CA-SK": ("America/Regina", "America/Edmonton"),
    "AU-ACT": ("Australia/Sydney",),
    "AU-NSW": ("Australia/Sydney", "Australia/Broken_Hill", "Australia/Lord_Howe"),
    "AU-NT": ("Australia/Darwin",),
    "AU-QLD": ("Australia/Brisbane",),
    "AU-SA": ("Australia/Adelaide", "Australia/Eucla"),
    "AU-TAS": ("Australia/Hobart",),
    "AU-VIC": ("Australia/Melbourne",),
    "AU-WA": ("Australia/Perth", "Australia/Eucla"),
}


@lru_cache(maxsize=1024)
def state_code(country: str, text: str) -> str | None:
    """Return a state as `US-CA`, for its code or name; None if it is not known."""
    return _states().get((country, text.strip().casefold()))


def state_name(code: str) -> str:
    """Return the name of a state, `California` for `US-CA`."""
    return STATES[code]


@cache
def zones_of_state(code: str) -> tuple[str, ...]:
    """Return zones that have the times of a state, the most usual first; () if they are not known."""
    for letters, states in _US.items():
        if code.startswith("US-") and code[3:] in states.split():
            return tuple(_ZONES[letter] for letter in letters)
    return _OTHERS.get(code, ())


@lru_cache(maxsize=4096)
def keeps_time_of(zone: str, code: str) -> bool:
    """Whether a zone has the time of some part of a state; True if that is not known."""
    zones = zones_of_state(code)
    if not zones or zone in zones:
        return True
    try:
        return year_offsets(zone) in {year_offsets(other) for other in zones}
    except (LookupError, ValueError):  # ZoneInfoNotFoundError is a LookupError
        return True


@lru_cache(maxsize=1024)
def year_offsets(zone: str) -> tuple[datetime.timedelta | None, ...]:
    """Return the offsets of a zone from UTC in the middle of each month of this year."""
    from zoneinfo import ZoneInfo  # reads files when it is imported

    year = datetime.datetime.now(datetime.UTC).year
    info = ZoneInfo(zone)
    return tuple(datetime.datetime(year, month, 15, 12, tzinfo=info).utcoffset() for month in range(1, 13))


@cache
def _states() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for code, name in STATES.items():
        country, _, short = code.partition("-")
        found[country, short.casefold()] = found[country, name.casefold()] = code
    return found
