"""When two texts are equal, how a hostile text is shown, and how a number is said.

Equal text (the contract): two texts are equal when they are after trimming outer white space and Unicode NFC;
null, "" and a missing key are the same emptiness. What is sent is what was typed.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

_BRACKET_COMMAND = re.compile(r"##(?=[A-Za-z]*\[)")
# In JSON: the same, DEL and C1 controls (JSON escapes the others itself), and what turns or hides the text around it.
_OBEYED = re.compile(rf"{_BRACKET_COMMAND.pattern}|[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SHORT_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
# Format (Cf) characters without which some scripts and emoji are spelled wrong: they are shown as they are.
_JOINERS = frozenset("\u200c\u200d")
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters, marks and a symbol that show nothing, though they count as printable."""
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
    """Return what two site ids must not share: they count as the same when only case or spaces differ."""
    return "".join(normal(id).casefold().split())


def look(text: str) -> str:
    """Return what is left of a text when all goes that can't be seen: compatibility forms, invisible characters."""
    if text.isascii():
        return text
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))


def visible(text: str) -> str:
    """Return `text` on one line, with nothing in it that a terminal or a CI runner would obey.

    Control, format, surrogate, private and separator characters become escapes; `##[` and `##name[`, which CI
    runners take for a command anywhere in a line, are broken up, and so is `::` at the start.
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


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 site`, `1,204 sites`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def harmless_json(text: str) -> str:
    """Return JSON text that says the same, with escapes for all that a terminal or a CI runner would obey."""
    if text.isascii() and "##" not in text and "\x7f" not in text:
        return text
    return _OBEYED.sub(lambda found: f"{found[0][:-1]}\\u{ord(found[0][-1]):04x}", text)


def json_document(value: Any, *, indent: int = 2, ascii: bool = False) -> str:
    """Return a value as indented JSON that a terminal or a CI log may show; `ascii` escapes lone surrogates as well."""
    return harmless_json(json.dumps(value, indent=indent, ensure_ascii=ascii)) + "\n"


def obeyed(text: str) -> bool:
    """Whether a CI runner would take a line of `text` for a command."""
    begins = "::" in text and any(line.lstrip().startswith("::") for line in text.splitlines())
    return begins or ("##" in text and _BRACKET_COMMAND.search(text) is not None)


def harmless_cell(text: str) -> str:
    """Return text for a CSV cell that people open: no formula to a spreadsheet, no command to a CI runner.

    An apostrophe before what would start a formula keeps the text a text.
    """
    text = visible(text) if obeyed(text) else text
    return f"'{text}" if text.startswith(_FORMULA) else text


def broken_commands(text: str) -> frozenset[int]:
    """Return where in `text` a `#` is to be escaped, so that no `##[` or `##name[` is left of it."""
    return frozenset(found.end() - 1 for found in _BRACKET_COMMAND.finditer(text)) if "##" in text else frozenset()


def _visible_character(character: str) -> str:
    if (character.isprintable() and character not in BLANK) or character in _JOINERS:
        return character
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    if character in "\u3000\u00a0":
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
