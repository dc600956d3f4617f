"""The words that people write around opening hours, in English, German, French and Spanish.

All are folded (`folded`): small letters, no accents, plain hyphens.
"""

from __future__ import annotations

import re
import unicodedata


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LANGUAGES = ("en", "de", "fr", "es")

_DAYS = {
    "en": (
        "m mo mon mond monday mondays",
        "tu tue tues tuesday tuesdays",
        "w we wed weds wednes wednesday wednesdays",
        "th thu thur thurs thursday thursdays",
        "f fr fri friday fridays",
        "sa sat satur saturday saturdays",
        "su sun sunday sundays",
    ),
    "de": (
        "mo mon mont montag montags",
        "di die dien dienstag dienstags",
        "mi mit mitt mittwoch mittwochs",
        "do don donn donnerstag donnerstags",
        "fr fre freit freitag freitags",
        "sa sam samst samstag samstags sonnabend sonnabends",
        "so son sonn sonntag sonntags",
    ),
    "fr": (
        "l lu lun lundi lundis",
        "ma mar mardi mardis",
        "me mer mercredi mercredis",
        "j je jeu jeudi jeudis",
        "v ve ven vendredi vendredis",
        "s sa sam samedi samedis",
        "d di dim dimanche dimanches",
    ),
    "es": (
        "l lu lun lunes",
        "m ma mar martes",
        "x mi mie miercoles",
        "j ju jue jueves",
        "v vi vie viernes",
        "s sa sab sabado sabados",
        "d do dom domingo domingos",
    ),
}
DAY_WORDS: dict[str, dict[str, int]] = {}
"""For each word the languages in which it is a weekday, each with its number, 0 is Monday."""
for _language, _names in _DAYS.items():
    for _number, _spellings in enumerate(_names):
        for _word in _spellings.split():
            DAY_WORDS.setdefault(_word, {})[_language] = _number

DAY_GROUPS = {
    **dict.fromkeys(("daily", "everyday", "taglich", "quotidien", "diario", "diariamente"), range(7)),
    **dict.fromkeys(("weekday", "weekdays", "wochentags", "wochentage", "laborables"), range(5)),
    **dict.fromkeys(("weekend", "weekends", "wochenende", "wochenenden", "week-end"), range(5, 7)),
}
"""Words for several weekdays."""

DAY_PHRASES = (
    (r"every ?day|each day|all days|all week|7 days( (a|per) week)?|seven days( (a|per) week)?", "daily"),
    (r"jeden tag|alle tage|tous les jours|7 ?j ?/ ?7|7/7|todos los dias|cada dia", "daily"),
    (r"(en )?semaine|jours ouvrables|entre semana|dias laborables|week days", "weekdays"),
    (r"fin(es)? de semana|week ends?", "weekend"),
)
"""Several words for several weekdays, and the one word that says the same."""

ALL_DAY = (
    r"24 ?(?:hours?|hrs?\.?|std\.?|stunden|heures|horas|hs)(?: ?(?:a|per|pro|par|al) ?(?:day|tag|jour|dia))?",
    r"24 ?h? ?/ ?24 ?h?",
    r"24 ?h(?=[ ,]*(?:7 ?/|7 ?j|7 ?days|a day|per day))",
    r"all[ -]day",
    r"(?:a|a )?round the clock",
    r"always(?: open)?",
    r"rund um die uhr",
    r"ganztagig|ganztags",
    r"toute la journee",
    r"todo el dia",
)
"""Ways to say that a day has no closing time."""
ALL_WEEK = (
    r"24 ?h?(?:ours?)? ?(?:/|x) ?7(?: ?j(?:ours)?(?: ?/ ?7)?)?",
    r"7 ?x ?24",
    r"24 ?h? ?/ ?24 ?h? ?,? ?(?:et )?7 ?j? ?/ ?7 ?j?",
)
"""Ways to say it of the whole week."""
CLOSED = _words(
    """closed close shut off geschlossen zu ruhetag geschl ferme fermee fermeture cerrado cerrada cerrados"""
)
TO = _words("to thru through until till til bis a au al hasta jusqu'a y/a")
AND = _words("and und u et y e plus sowie")
FILLERS = _words(
    """open opening from between hours hour hrs hr on the of uhr geoffnet offen von ouvert ouverte de du des le la les
    l' abierto abiertos desde los las el dias jours h hs o'clock heures heure horas hora std at is"""
)
HOLIDAYS = _words("""ph sh holiday holidays feiertag feiertags feiertage feiertagen feries ferie festivos festivo""")
"""Public and school holidays, which no week can say."""
CLOCK_WORDS = {
    **dict.fromkeys(("noon", "midday", "mittag", "mittags", "midi", "mediodia"), 12 * 60),
    **dict.fromkeys(("midnight", "mitternacht", "minuit", "medianoche"), 24 * 60),
}
MONTHS = _words(
    """jan january januar janvier enero feb february februar fevrier febrero march marz mars marzo apr april avril abril
    may mai mayo jun june juni juin junio jul july juli juillet julio aug august aout agosto sep sept september
    septembre septiembre oct october oktober octobre octubre okt nov november novembre noviembre dec december dez
    dezember decembre diciembre"""
)

_DASHES = re.compile("[\u00ad\u2010-\u2015\u2212\u2043\uff0d\ufe58\ufe63~\u301c\uff5e\u2192]")


def folded(text: str) -> str:
    """Return a text in small letters, without accents, with a plain hyphen for every dash, spaces made one."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = _DASHES.sub("-", plain).replace("\u2019", "'")
    return re.sub(r"[^\S\n]+", " ", plain.replace("\r\n", "\n").replace("\r", "\n")).strip()
