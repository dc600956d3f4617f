"""Finds creates that look like a mistake. The API can't delete, so a site that is created by mistake stays for ever."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from dfsync.model.fields import ADDRESS_PARTS, FIELD, Field
from dfsync.model.live import LiveSite
from dfsync.model.site import Site
from dfsync.model.text import look, normal
from dfsync.model.values import Value, comparable
from dfsync.plan.values import LookAlike

_ADDRESS = tuple(FIELD[f"address.{part}"] for part in ADDRESS_PARTS)
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_PUNCTUATION = re.compile(r"[\W_]+")


def bare_id(id: str) -> str:
    """Return the id without case, spaces, punctuation, leading zeros and invisible characters."""
    return _PUNCTUATION.sub("", _LEADING_ZEROS.sub("", look(id).casefold()))


def _letters(id: str) -> str:
    """Return the bare id with each letter that looks like a Latin one as that letter."""
    return bare_id(id.translate(_LATIN)).translate(_LATIN)


def _scripts(id: str) -> frozenset[str]:
    """Return the scripts of the letters of an id, by the names of Unicode; those of one writing system count as one.

    Source: Unicode UTS 39, 5.2: Japanese, Chinese and Korean texts mix their scripts with Latin.
    """
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in id if letter.isalpha()}
    found = {name for name in names if name in _ALPHABETS}
    return frozenset(found)


_ALPHABETS = frozenset(
    {
        "LATIN",
        "CYRILLIC",
        "GREEK",
        "COPTIC",
        "ARMENIAN",
        "GEORGIAN",
        "HEBREW",
        "ARABIC",
        "CHEROKEE",
        "LISU",
        "DEVANAGARI",
    }
)
"""Scripts of which one word has one alone."""

# Letters that look like Latin ones (Unicode UTS 39, confusables.txt): Cyrillic, Greek, Armenian, and odd Latin ones.
_ALIKE = (
    ("авеікмнорстухѕјԁԛԝһӏѵ", "abeikmhopctyxsjdqwhlv"),
    ("АВЕЅІЈКМНОРСТУХҺӀ", "abesijkmhopctyxhl"),
    ("αενορτυχκι", "aevoptuxki"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx"),
    ("ոսօհցզ", "nuohgq"),
    ("ıɑɡɩſ", "iagis"),
)
_LATIN = {ord(odd): latin for letters, latins in _ALIKE for odd, latin in zip(letters, latins, strict=True)}


def find_lookalikes(
    creates: Iterable[Site], live_ids: Iterable[str], desired_ids: Iterable[str], unmanaged: Iterable[LiveSite]
) -> Iterator[LookAlike]:
    """Yield the creates whose id resembles another id, or whose name and address are already live."""
    pending = list(creates)
    if not pending:
        return
    by_bare: dict[str, list[str]] = {}
    by_letters: dict[str, list[str]] = {}
    for id in dict.fromkeys((*live_ids, *desired_ids)):
        bare = bare_id(id)
        by_bare.setdefault(bare, []).append(id)
        by_letters.setdefault(bare if bare.isascii() else _letters(id), []).append(id)
    by_name: dict[str, list[LiveSite]] = {}
    for live in unmanaged:
        by_name.setdefault(normal(live.name).casefold(), []).append(live)
    for site in pending:
        other = next((id for id in by_bare.get(bare_id(site.id), ()) if id != site.id), None)
        if other is not None:
            yield LookAlike(site.id, other, "its id differs only in case, spaces, punctuation or leading zeros")
            continue
        other = next((id for id in by_letters.get(_letters(site.id), ()) if id != site.id), None)
        if other is not None:
            yield LookAlike(site.id, other, f"its id differs only in letters that look alike{_odd_letters(site.id)}")
            continue
        if len(scripts := _scripts(site.id)) > 1:
            mixed = " and ".join(sorted(script.title() for script in scripts))
            yield LookAlike(site.id, "", f"its id mixes {mixed} letters{_odd_letters(site.id)}")
            continue
        twin = next((live for live in by_name.get(normal(site.name).casefold(), ()) if _same_address(site, live)), None)
        if twin is not None:
            yield LookAlike(site.id, twin.id, "a live site that no file describes has the same name and address")


def _odd_letters(id: str) -> str:
    """Return the letters of an id that are not Latin, to be found in it: ` (U+0435 CYRILLIC SMALL LETTER IE)`."""
    odd = [letter for letter in dict.fromkeys(id) if letter.isalpha() and not letter.isascii()]
    named = ", ".join(f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip() for letter in odd[:3])
    return f" ({named})" if named else ""


def _same_address(site: Site, live: LiveSite) -> bool:
    written = [field for field in _ADDRESS if field.name in site.fields]
    return all(
        _folded(field, site.fields.get(field.name)) == _folded(field, live.value(field))
        for field in written or _ADDRESS
    )


def _folded(field: Field, value: Value) -> str:
    return str(comparable(field, value)).casefold()
