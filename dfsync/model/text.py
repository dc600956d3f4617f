"""Texts: when two are equal, how a hostile one is shown, and how a number is written.

Equal text (the contract): two texts are equal if they match after outer white space is trimmed and Unicode NFC is
applied. Null, "" and a missing key are the same emptiness. dfsync sends text as it was typed.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

_BRACKET_COMMAND = re.compile(r"##(?=[A-Za-z]*\[)")
# In JSON also DEL and C1 controls (JSON escapes the others itself), and characters that turn or hide text around them.
_OBEYED = rf"{_BRACKET_COMMAND.pattern}|[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SHORT_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
# Format (Cf) characters that some scripts and emoji need. They are shown as they are.
_JOINERS = frozenset("\u200c\u200d")
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that show nothing, although they count as printable: letters, marks and one symbol."""
# Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties), and the blank braille pattern.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)


def normal(text: str | None) -> str:
    """Return the form under which texts are compared: trimmed, NFC, "" for None."""
    if not text:
        return ""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFC", text.strip())


def id_key(id: str) -> str:
    """Return the form of an id that no two sites may share: it ignores case and spaces."""
    return "".join(normal(id).casefold().split())


def look(text: str) -> str:
    """Return how a text looks: in compatible forms, and without characters that nobody can see."""
    if text.isascii():
        return text
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))


def visible(text: str) -> str:
    """Return `text` on one line, without anything that a terminal or a CI runner would obey.

    Control, format, surrogate, private and separator characters become escapes. CI runners obey `##[` and `##name[`
    anywhere in a line and `::` at its start; these are broken up.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(_visible_character(character) for character in text)
    if "##" in text:
        text = _BRACKET_COMMAND.sub(r"#\\#", text)
    if text.lstrip().startswith("::"):
        text = text.replace("::", ":\\:", 1)
    return text


def shortened(text: str, most: int = 80) -> str:
    """Return `visible(text)`, cut to at most `most` characters with an ellipsis."""
    text = visible(text[: most * 2])
    return text if len(text) <= most else text[: most - 1] + "…"


def first_few(texts: Sequence[str], most: int = 5) -> str:
    """Return the first few of some texts for a message, and how many more there are: `site-1, site-2 and 40 more`."""
    more = f" and {len(texts) - most:,} more" if len(texts) > most else ""
    return ", ".join(shortened(text, 60) for text in texts[:most]) + more


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 site`, `1,204 sites`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def harmless_json(text: str) -> str:
    """Return the same JSON, with escapes for everything that a terminal or a CI runner would obey."""
    if text.isascii() and "##" not in text and "\x7f" not in text:
        return text
    return re.sub(_OBEYED, lambda found: f"{found[0][:-1]}\\u{ord(found[0][-1]):04x}", text)


def json_document(value: Any, *, indent: int = 2, ascii: bool = False) -> str:
    """Return a value as indented JSON that a terminal or a CI log may show; `ascii` escapes lone surrogates as well."""
    return harmless_json(json.dumps(value, indent=indent, ensure_ascii=ascii)) + "\n"


def obeyed(text: str) -> bool:
    """Whether a CI runner would obey a line of `text` as a command."""
    begins = "::" in text and any(line.lstrip().startswith("::") for line in text.splitlines())
    return begins or ("##" in text and _BRACKET_COMMAND.search(text) is not None)


def harmless_cell(text: str) -> str:
    """Return text for a CSV cell that people open, so that it is neither a formula nor a workflow command.

    An apostrophe in front of it keeps text from being read as a formula.
    """
    text = visible(text) if obeyed(text) else text
    return f"'{text}" if text.startswith(_FORMULA) else text


def broken_commands(text: str) -> frozenset[int]:
    """Return the positions in `text` at which a `#` must be escaped, so that no `##[` or `##name[` is left."""
    return frozenset(found.end() - 1 for found in _BRACKET_COMMAND.finditer(text)) if "##" in text else frozenset()


def _visible_character(character: str) -> str:
    if (character.isprintable() and character not in BLANK) or character in _JOINERS:
        return character
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    if character in "\u3000\u00a0":
        return character
    return numeric_escape(character)


def numeric_escape(character: str) -> str:
    """Return a character as its number, as YAML, JSON and Python escape it."""
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
