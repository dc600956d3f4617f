"""The headers of real store lists in English, German, French and Spanish, and the field that each names."""

from __future__ import annotations

import re

from dfsync.model.fields import FIELD, FIELDS, ID_COLUMN
from dfsync.model.hours.free_text.read import UnreadableHoursError, read_day_names
from dfsync.model.hours.free_text.words import DAY_GROUPS, DAY_WORDS, folded
from dfsync.model.hours.week import day_ranges
from dfsync.sheets.headers.own_headers import TARGETS

_CERTAIN = {
    "id": """site id|site number|site no|site code|store id|store number|store no|store nr|store code|store|shop id
    |shop number|shop no|location id|location number|location code|branch id|branch number|branch no|branch code
    |outlet id|unit number|unit no|restaurant number|id|filialnummer|filial nr|filialnr|filiale nr|filial id
    |marktnummer|standort nr|standortnummer|numero de magasin|no magasin|n magasin|code magasin|id magasin
    |numero du magasin|codigo tienda|codigo de tienda|numero de tienda|no tienda|n tienda|id tienda|store key
    |entity id|external id|identifier|location key|poi id|shop code|outlet code|outlet number|unit id|unit code
    |restaurant id|restaurant code|standort id|standortkennung|kostenstelle|code etablissement|numero tienda""",
    "name": """site name|store name|shop name|location name|branch name|outlet name|restaurant name|name|library name
    |station name|display name|filiale|filialname|filialbezeichnung|bezeichnung|standort|standortname|marktname
    |business name|entity name|store title|title|store nm|nom|nom du magasin
    |nom magasin|magasin|enseigne|nombre|nombre de la tienda|nombre tienda|tienda""",
    "address.street": """street|street address|address|address 1|address line 1|address line|address street|street 1
    |strasse|strasse nr|strasse und hausnummer|strasse hausnummer|anschrift|adresse|adresse 1|rue|voie
    |direccion|calle|domicilio|addr|street and number|physical address|location address""",
    "address.city": """city|town|city town|town city|address city|ort|stadt|ville|commune|ciudad|localidad|poblacion
    |municipality|suburb|municipio|locality|localite|localidad poblacion""",
    "address.state": """state|province|state province|province state|region|address state|state region|bundesland
    |departement|provincia|estado|county|st|kanton|administrative area|state or province|state prov
    |comunidad|comunidad autonoma""",
    "address.country": """country|country code|address country|country region|staat|pays|pais|land
    |iso country|country iso|country iso code""",
    "address.postal_code": """zip|zip code|zipcode|postcode|post code|postal code|postal|zip postal code|zip postcode
    |address postal code|address zip|plz|postleitzahl|code postal|cp|codigo postal|c p""",
    "groups": """groups|group|site groups|site group|gruppe|gruppen|groupe|groupes|grupo|grupos|tags""",
    "timezone": """timezone|time zone|tz|iana timezone|zeitzone|fuseau horaire|fuseau|zona horaria|huso horario""",
    "currency": """currency|currency code|wahrung|devise|monnaie|moneda|divisa""",
    "escalation_path": """escalation path|escalation|eskalation|eskalationspfad""",
    "hours": """hours|opening hours|opening times|business hours|store hours|operational hours|operating hours
    |trading hours|hours of operation|open hours|open times|offnungszeiten|offnungszeit|horaires|horaire
    |horaires d ouverture|heures d ouverture|horario|horarios|horario de apertura|horas""",
    "contact.name": """manager|manager name|store manager|contact|contact name|contact person|site manager
    |branch manager|filialleiter|filialleitung|marktleiter|ansprechpartner|kontakt|kontaktperson|responsable
    |gerant|directeur|gerente|encargado|encargada|contacto|nom du responsable""",
    "contact.email": """manager email|contact email|email|e mail|email address|e mail address|mail|store email
    |manager e mail|contact e mail|e mail adresse|courriel|adresse e mail|correo|correo electronico""",
    "contact.phone": """manager phone|contact phone|phone|phone number|telephone|telephone number|tel|tel no|mobile
    |telefon|telefonnummer|rufnummer|telephone portable|portable|telefono|movil|store phone""",
    "contact.role": """role|contact role|manager role|funktion|rolle|fonction|puesto|cargo|job title""",
}
_LONGEST = 60
_TARGETS = {
    re.sub(r"\s+", " ", word.strip()): target for target, words in _CERTAIN.items() for word in words.split("|")
}
_TARGETS |= {column.column.casefold(): column.name for column in FIELDS}
_TARGETS |= {"operational hours": "hours", ID_COLUMN.casefold(): "id"}
UNSURE = frozenset(
    {
        "store", "land", "st", "standort", "tienda", "magasin", "county", "suburb", "tags", "region", "horas", "title",
        "identifier", "external id", "kostenstelle", "labels", "comunidad",
    }
)  # fmt: skip
"""Headers that are used for other things as well."""
_QUALIFIERS = frozenset(
    {"addr", "address", "wpsl", "primary", "main", "business", "physical", "location", "shop", "site"}
)
"""Words before the word for the field: `Primary phone`, `addr:city`, `wpsl_zip`."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


OPEN_WORDS = _set(
    "open opens opening start starts from von offnet offnung ab ouverture ouvre debut apertura abre inicio desde"
)
CLOSE_WORDS = _set(
    "close closes closing closed end ends to until till bis schliesst schliessung fermeture ferme fin cierre cierra "
    "hasta"
)
_NOISE = _set("hours hour hrs time times uhrzeit zeit offnungszeiten horaires heures horario hora the at")
_PARTS = _set(
    "am pm morning afternoon evening first second vormittag vormittags nachmittag nachmittags abend abends vm nm matin "
    "apres midi soir manana tarde noche"
)
"""Words that tell the columns of one day apart, where a site closes over midday."""
_FLAGS = _set("is status flag ist est")
"""Words of a column that says whether a day has hours, but not which hours."""
_HOURS_PHRASE = re.compile(r"\b(?:open|opening|trading|business|store) (?:hours|times|intervals?)\b")
_SPAN_NUMBER = re.compile(r"(?<![0-9])[0-4](?![0-9])")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def plain_header(header: str) -> str:
    """Return a header in small letters and without accents. `#` becomes `number`, and every other sign a space."""
    text = folded(_CAMEL.sub(" ", header)).replace("#", " number ").replace("\u00b0", " ").replace("\u00ba", " ")
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())


def target_of_header(header: str, language: str | None = None) -> str | None:
    """Return the field that a header names, None when it names none."""
    if header in FIELD and header != "operational_hours":
        return header
    if header in TARGETS:
        return TARGETS[header]
    return _TARGETS.get(_field_words(header)) or hours_target(header, language)


def is_unsure(header: str) -> bool:
    """Whether a header is used for other things as well."""
    return _field_words(header) in UNSURE


def _field_words(header: str) -> str:
    """Return the words of a header that may name its field, without words that are known to only qualify them."""
    plain = plain_header(header)
    first, _, rest = plain.partition(" ")
    return rest if plain not in _TARGETS and first in _QUALIFIERS and rest in _TARGETS else plain


def is_header(cell: str) -> bool:
    """Whether a cell is probably a header: it names a field, and is no word that occurs in rows, such as `closed`."""
    target = target_of_header(cell) if cell and len(cell) < _LONGEST else None
    return target is not None and not (target.startswith("hours.") and names_no_day(cell))


def names_no_day(header: str) -> bool:
    """Whether a header of hours names no weekday: `Opening time`."""
    words = re.findall(r"[a-z]+", folded(_CAMEL.sub(" ", header)))
    return not any(word in DAY_WORDS or word in DAY_GROUPS for word in words)


def hours_target(header: str, language: str | None = None, *, strict: bool = True) -> str | None:
    """Return `hours.Mon`, `hours.Mon.open`, `hours.Mon-Fri.close` for a header that names weekdays.

    Unless `strict`, words that mean nothing here are passed over: `Monday staffed hours`.
    """
    text = _SPAN_NUMBER.sub(" ", folded(_CAMEL.sub(" ", header)), count=1)
    if any(letter.isdigit() for letter in text):
        return None
    words = re.findall(r"[a-z]+|[-&/+,]", _HOURS_PHRASE.sub("hours", text))
    if _FLAGS & {*words}:
        return None
    if not strict:
        words = [word for word in words if not word.isalpha() or _is_known(word)]
    ends = [word for at, word in enumerate(words) if word in OPEN_WORDS | CLOSE_WORDS and not _between_days(words, at)]
    noise = {*ends, *_NOISE, *_PARTS}
    days = " ".join(word for at, word in enumerate(words) if _between_days(words, at) or word not in noise)
    if ends and not days.strip("-&/+, ") and {*words} <= {*noise, "-"}:
        days = "daily"  # `Opening time` and `Closing time`, the same on all days
    try:
        numbers = sorted(read_day_names(days.strip("-&/+, "), language))
    except UnreadableHoursError:
        return None
    names = ",".join(day_ranges(numbers))
    opens, closes = any(word in OPEN_WORDS for word in ends), any(word in CLOSE_WORDS for word in ends)
    return f"hours.{names}" + ("" if opens == closes else ".open" if opens else ".close")


def names_span(header: str) -> bool:
    """Whether a header says which span of a day it is for: `Mon Open 2`, `Lundi après-midi`."""
    text = folded(_CAMEL.sub(" ", header))
    return _SPAN_NUMBER.search(text) is not None or bool(_PARTS & set(re.findall(r"[a-z]+", text)))


def _is_known(word: str) -> bool:
    return len(word) > 2 and (word in DAY_WORDS or word in DAY_GROUPS or word in OPEN_WORDS or word in CLOSE_WORDS)


def _between_days(words: list[str], at: int) -> bool:
    known = {*DAY_WORDS, *DAY_GROUPS}
    return 0 < at < len(words) - 1 and words[at - 1] in known and words[at + 1] in known
