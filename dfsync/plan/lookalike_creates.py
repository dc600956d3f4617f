"""Finds creates that look like a mistake. The API can't delete, so a site that is created by mistake stays for ever."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from dfsync.model.fields import ADDRESS_PARTS, FIELD
from dfsync.model.likeness.confusables import ALIKE, ALPHABETS
from dfsync.model.live import LiveSite
from dfsync.model.site import Site
from dfsync.model.text import look, normal
from dfsync.model.values import Value
from dfsync.plan.values import LookAlike

_TELLING = tuple(FIELD[f"address.{part}"] for part in ADDRESS_PARTS if part != "country")
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_PUNCTUATION = re.compile(r"[\W_]+")


def bare_id(id: str) -> str:
    """Return the id without case, spaces, punctuation, leading zeros and invisible characters."""
    return _PUNCTUATION.sub("", _LEADING_ZEROS.sub("", look(id).casefold()))


def _letters(id: str) -> str:
    """Return the bare id without accents, with the Latin letter or digit for each character that looks like one."""
    if id.isascii():
        return bare_id(id).translate(_SAME)
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", look(id)))
    return bare_id("".join(_LATIN.get(letter) or _LATIN.get(letter.upper(), letter) for letter in plain)).translate(
        _SAME
    )


def _scripts(id: str) -> set[str]:
    """Return the scripts of the letters of an id, by their names in Unicode.

    Source: Unicode UTS 39, 5.2: Japanese, Chinese and Korean texts mix their scripts with Latin.
    """
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in look(id) if letter.isalpha()}
    return names & ALPHABETS


_ACCENTS = re.compile("[\u0300-\u036f]")
_LATIN = {odd: latin for latin, letters in ALIKE.items() for odd in letters}
_SAME = str.maketrans("i10", "llo")
"""Letters and digits of the keyboard that look alike count as one, as `ALIKE` has them: i, 1 and l; 0 and o."""


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
        by_letters.setdefault(_letters(id), []).append(id)
    by_name: dict[str, list[LiveSite]] = {}
    for live in unmanaged:
        by_name.setdefault(normal(live.name).casefold(), []).append(live)
    for site in pending:
        other = next((id for id in by_bare.get(bare_id(site.id), ()) if id != site.id), None)
        if other is not None:
            yield LookAlike(site.id, other, "its id differs only in case, spaces, punctuation or leading zeros")
            continue
        odd = (id for id in by_letters.get(_letters(site.id), ()) if not (id.isascii() and site.id.isascii()))
        other = next((id for id in odd if id != site.id), None)
        if other is not None:
            yield LookAlike(
                site.id, other, f"its id differs only in letters that look alike{_odd_letters(site.id, other)}"
            )
            continue
        if len(scripts := _scripts(site.id)) > 1:
            mixed = " and ".join(sorted(script.title() for script in scripts))
            yield LookAlike(site.id, "", f"its id mixes {mixed} letters{_odd_letters(site.id)}")
            continue
        for live in by_name.get(normal(site.name).casefold(), ()):
            if reason := _same_place(site, live):
                yield LookAlike(site.id, live.id, f"a live site that no file describes has the same name{reason}")
                break


def _odd_letters(id: str, other: str = "") -> str:
    """Return the letters of the ids that are not Latin, to be found in them: ` (U+0435 CYRILLIC SMALL LETTER IE)`."""
    odd = [letter for letter in dict.fromkeys(id + other) if letter.isalpha() and not letter.isascii()]
    named = ", ".join(f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip() for letter in odd[:3])
    return f" ({named})" if named else ""


def _same_place(site: Site, live: LiveSite) -> str:
    """Return the end of the sentence about two sites of the same name; "" if their addresses differ.

    Only parts that both addresses have are compared, and not the country, which is written in too many ways.
    """
    pairs = [(_words(site.fields.get(field.name)), _words(live.value(field))) for field in _TELLING]
    both = [(one, other) for one, other in pairs if one and other]
    if not all(_alike(one, other) for one, other in both):
        return ""
    return " and address" if both else ", and no address tells the two apart"


def _words(value: Value) -> list[str]:
    return _PUNCTUATION.sub(" ", normal(value).casefold()).split() if isinstance(value, str) else []


def _alike(one: list[str], other: list[str]) -> bool:
    """Whether two texts have the same words, perhaps short ones: `St` for `Street`, `NY` for `New York`."""
    if "".join(one) == "".join(other) or "".join(word[0] for word in one) == "".join(other):
        return True
    if "".join(word[0] for word in other) == "".join(one):
        return True
    return len(one) == len(other) and all(_shortens(*sorted(pair, key=len)) for pair in zip(one, other, strict=True))


def _shortens(short: str, long: str) -> bool:
    """Whether a word is another one or its short form: begins with the same letter, and has letters of it in order."""
    rest = iter(long)
    return short == long or (short.isalpha() and short[0] == long[0] and all(letter in rest for letter in short))
