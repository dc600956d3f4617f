"""Damage that a text shows by itself: what spreadsheet programs and wrong encodings do to texts."""

from __future__ import annotations

import re

_SCIENTIFIC = r"[+-]?[0-9](?:[.,][0-9]+)?[Ee][+-][0-9]{1,3}|[+-]?[0-9][.,][0-9]+[Ee][0-9]{1,3}"
_ERROR = r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)|Err:[0-9]{3}"
_LOST = (
    (_SCIENTIFIC, "a number whose last digits a spreadsheet left out"),
    (_ERROR, "an error of a spreadsheet"),
    (r"#{3,}", "what a spreadsheet shows in a column that is too narrow"),
    (r"(?s:.*)(?:\ufffd|\?\?)(?s:.*)", "a text whose letters were lost when a file was saved"),
)
_WRAPPED = r'="([^"]*)"|=([0-9]+)|\'([0-9]+)'
_DECIMAL = r"([0-9]+)\.0+"
_NUMBERS = frozenset({"id", "phone", "postal_code"})
_HIGH = "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(128, 256))
"""The characters of the bytes from 128 on; the five that Windows-1252 leaves out are taken as Latin-1."""
_BYTE = {ord(character): code for code, character in enumerate(_HIGH, 128)}
_MISREAD = "[{two}][{more}]|[{three}][{more}]{{2}}|[{four}][{more}]{{3}}".format(
    two=_HIGH[0x42:0x60],
    three=_HIGH[0x60:0x70],
    four=_HIGH[0x70:0x75],
    more=re.escape(_HIGH[:0x40]),
)


def lost(value: str) -> str | None:
    """Return the kind of damage by which a text has lost a part of itself; None if it shows none."""
    return next((what for pattern, what in _LOST if re.fullmatch(pattern, value)), None)


def unwrapped(value: str) -> str | None:
    """Return the text inside `="00123"` or `'00123`, which keep a number as text; None for any other text."""
    found = re.fullmatch(_WRAPPED, value)
    return next((part for part in found.groups() if part), None) if found else None


def whole_number(value: str, field: str | int) -> str | None:
    """Return the number in `94105.0` if no measure is meant; None for any other text."""
    found = re.fullmatch(_DECIMAL, value) if field in _NUMBERS else None
    return found[1] if found else None


def misread(value: str) -> str | None:
    """Return `Café` for `CafÃ©`, which is UTF-8 that was read as Windows-1252, once or twice; None for other texts."""
    if value.isascii():
        return None
    text = _read_again(value)
    return None if text == value else _read_again(text)


def _read_again(text: str) -> str:
    """Return the text with its misread letters put right; unchanged if one of them may be meant as it stands."""
    rest = re.sub(_MISREAD, "", text)
    if any(ord(character) in _BYTE for character in rest):
        return text
    try:
        return re.sub(_MISREAD, lambda found: bytes(map(_BYTE.__getitem__, map(ord, found[0]))).decode("utf-8"), text)
    except UnicodeDecodeError:
        return text
