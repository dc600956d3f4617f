"""Characters that look like the one that was meant. Word processors, web pages and other keyboards put them in.

Source: Unicode's `confusables.txt` (UTS 39), as far as syntax, blanks and Latin letters go.
"""

from __future__ import annotations

import unicodedata

from dfsync.model.likeness.confusables import ALIKE, ALPHABETS

_BLANKS = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_DOUBLE, _SINGLE = "\u201c\u201d\u201e\u201f\u2033\uff02", "\u2018\u2019\u201a\u201b\u2032\uff07"
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_CYRILLIC = str.maketrans("АВЕЅІЈКМНОРСТХУаеѕіјорсухԛԝһ", "ABESIJKMHOPCTXYaesijopcyxqwh")
_GREEK = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοναι", "ABEZHIKMNOPTYXovai")

BLANKS = dict.fromkeys(_BLANKS, " ")
"""Blanks other than that of the keyboard. The ideographic blank is left out, since Japanese uses it."""
COMMAS = dict.fromkeys("\uff0c\u3001\u060c\u201a", ",")
"""Commas of other scripts, and the low quotation mark that looks like one."""
SYNTAX = {
    **_FULL_WIDTH,
    **dict.fromkeys(_HYPHENS, "-"),
    **dict.fromkeys(_DOUBLE, '"'),
    **dict.fromkeys(_SINGLE, "'"),
    **dict.fromkeys("\u2044\u2215\u29f8", "/"),
    **dict.fromkeys("\u02d0\ua789\u2236", ":"),
    **COMMAS,
    "\u2024": ".",
    **BLANKS,
}
"""The characters of the keyboard that are meant by others, in YAML, hours, ids and telephone numbers."""
_OTHER_SCRIPTS = {
    odd: latin.upper() if odd.isupper() else latin
    for latin, letters in ALIKE.items()
    if len(latin) == 1 and latin.isalpha() and latin != "l"  # which stands for i and 1 too
    for odd in letters
    if odd.isalpha() and not unicodedata.name(odd, "LATIN").startswith(("LATIN", "ARABIC"))
}
LETTERS = {
    **_OTHER_SCRIPTS,
    **{chr(code): chr(meant) for table in (_CYRILLIC, _GREEK) for code, meant in table.items()},
}
"""Latin letters by those of other alphabets that look like them."""


def named(character: str) -> str:
    """Return how a message calls a character: `U+00A0 (no-break space)`."""
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'a character without a name').lower()})"


_OTHER_ALPHABETS = ALPHABETS - {"LATIN", "ARABIC"}  # nobody takes Arabic letters for Latin ones
_OF_YAML = frozenset("\uff1a\uff0c\uff3b\uff3d\uff5b\uff5d\uff03\u201c\u201d\u2018\u2019\u201e") | frozenset(_BLANKS)
_MEANT = str.maketrans(SYNTAX)


def in_syntax(text: str) -> str | None:
    """Name the first character of a text that looks like a sign of YAML, and the sign that was meant."""
    place = next((place for place, character in enumerate(text) if character in _OF_YAML), None)
    if place is None:
        return None
    return f"{named(text[place])} stands at column {place + 1} where {shown(SYNTAX[text[place]])} was meant"


def as_typed(text: str) -> str:
    """Return a text with the characters of the keyboard, without the quotes and blanks around it."""
    return text.translate(_MEANT).strip().strip("\"'").strip()


def shown(character: str) -> str:
    """Return a character as a message may show it."""
    return "a blank" if character == " " else character


def is_mixed(word: str) -> bool:
    """Whether a word has letters of Latin and of another alphabet, some of which may only look like Latin ones."""
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return "LATIN" in scripts and not scripts.isdisjoint(_OTHER_ALPHABETS)
