"""The time zones of states and provinces, in countries that have several zones and whose states are known by name.

A zone counts as that of a state if it has the time of one of the state's zones all year, whatever its name is. Source:
the comments of `zone.tab` in the IANA tz database, and for what it calls "most areas" the maps of the countries. Russia
is left out: the comments name few of its regions.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import cache, lru_cache

from dfsync.validation.geography.tables.postal_tables import POSTAL_CODES_OF_STATES, STATES

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
_BY_ZONES = {
    "BR": {
        "America/Sao_Paulo": "DF ES GO MG PR RJ RS SC SP",
        "America/Fortaleza": "CE MA PB PI RN",
        "America/Maceio": "AL SE",
        "America/Bahia": "BA",
        "America/Belem": "AP",
        "America/Belem America/Santarem": "PA",
        "America/Recife America/Noronha": "PE",
        "America/Araguaina": "TO",
        "America/Campo_Grande": "MS",
        "America/Cuiaba": "MT",
        "America/Porto_Velho": "RO",
        "America/Boa_Vista": "RR",
        "America/Manaus America/Eirunepe": "AM",
        "America/Rio_Branco": "AC",
    },
    "ES": {
        "Europe/Madrid": (
            "A AB AL AV B BA BI BU C CA CC CO CR CS CU GI GR GU H HU J L LE LO LU M MA MU NA O OR P PM PO S SA SE SG"
            " SO SS T TE TO V VA VI Z ZA"
        ),
        "Africa/Ceuta": "CE ML",
        "Atlantic/Canary": "GC TF",
    },
    "ID": {
        "Asia/Jakarta": "AC BB BE BT JA JB JI JK JT KR LA RI SB SS SU YO",
        "Asia/Pontianak": "KB KT",
        "Asia/Makassar": "BA GO KI KS KU NB NT SA SG SN SR ST",
        "Asia/Jayapura": "MA MU PA PB",
    },
    "MX": {
        "America/Mexico_City": "AGU CHP CMX COL GRO GUA HID JAL MEX MIC MOR OAX PUE QUE SLP TAB TLA VER ZAC",
        "America/Merida": "CAM YUC",
        "America/Cancun": "ROO",
        "America/Monterrey": "DUR",
        "America/Monterrey America/Matamoros": "COA NLE TAM",
        "America/Chihuahua America/Ciudad_Juarez America/Ojinaga": "CHH",
        "America/Mazatlan": "BCS SIN",
        "America/Mazatlan America/Bahia_Banderas": "NAY",
        "America/Hermosillo": "SON",
        "America/Tijuana": "BCN",
    },
}
"""By country, the states that have these zones."""


@lru_cache(maxsize=1024)
def state_code(country: str, text: str) -> str | None:
    """Return a state as `US-CA`, for its code or name; None if it is not known."""
    return _states().get((country, _folded(text.strip())))


@lru_cache(maxsize=4096)
def state_of_postal_code(country: str, text: str) -> str | None:
    """Return the state, as `US-CA`, that a postal code is in; None if that is not known, or if it may be in several."""
    found = [
        code for code, form in _beginnings().items() if code.startswith(f"{country}-") and form.match(text.strip())
    ]
    return found[0] if len(found) == 1 else None


@cache
def _beginnings() -> dict[str, re.Pattern[str]]:
    return {code: re.compile(f"(?:{form})", re.ASCII) for code, form in POSTAL_CODES_OF_STATES.items()}


def state_name(code: str) -> str:
    """Return the name of a state, `California` for `US-CA`."""
    return STATES[code]


@cache
def zones_of_state(code: str) -> tuple[str, ...]:
    """Return zones that have the times of a state, the most usual first; () if they are not known."""
    for letters, states in _US.items():
        if code.startswith("US-") and code[3:] in states.split():
            return tuple(_ZONES[letter] for letter in letters)
    country, _, short = code.partition("-")
    for zones, states in _BY_ZONES.get(country, {}).items():
        if short in states.split():
            return tuple(zones.split())
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
        found[country, _folded(short)] = found[country, _folded(name)] = code
    return found


def _folded(text: str) -> str:
    """Return a name without case and accents: Nuevo Leon is Nuevo León."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if letter.isascii())
