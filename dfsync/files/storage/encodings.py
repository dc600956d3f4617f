"""Decodes the bytes of a file that another program wrote: UTF-8, UTF-16 or Windows-1252.

An encoding is recognised or refused, never guessed. Nearly any bytes can be decoded as Windows-1252 (which Excel writes
as "CSV" on Western systems, and which includes the text of Latin-1), so the result must look like Western text.
"""

from __future__ import annotations

import codecs
import re

from dfsync.errors import InputError

UTF_8 = "UTF-8"
UTF_16 = "UTF-16"
WINDOWS_1252 = "Windows-1252"

_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PIECE = 1 << 20
_SAVE_AS = "save it as UTF-8 (in Excel: CSV UTF-8)"

# What other encodings look like when they are read as Windows-1252: marks that touch a word (DOS, Central European), a
# capital after a small letter (Mac), runs of accented letters (Cyrillic, Greek, East Asian), Turkish letters taken for
# Icelandic ones, control characters.
_LETTER = "[A-Za-zŠŒŽšœžŸÀ-ÖØ-öø-ÿ]"
_FOREIGN = re.compile(
    rf"{_LETTER}[‚ƒ„†‡ˆ‰‹˜¡¢£¤¥¦¨¬¯±²³µ¶¸¹¼½¾¿×÷]|[ƒˆ˜›£¤¥¦¨¬¯±²³¶¸¹¼½¾×÷]{_LETTER}"
    r"|[a-z][ŠŒŽŸÀ-ÖØ-Þ]|[ÐÝÞðýþ]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
    r"|[^\x00-\x7f‘’“”–—…€]{4}"
)

_AREA = re.compile(r"\b[kcdm]?m[²³]")
_ODD_OF = 20
"""One in so many letters outside ASCII may look odd: real lists have a few that were damaged before."""


def in_utf_8(data: bytes, name: str) -> bytes:
    """Return the text in UTF-8 without a BOM; the same bytes if nothing changes. Raises as `decoded` does."""
    try:
        for _ in codecs.iterdecode((data[start : start + _PIECE] for start in range(0, len(data), _PIECE)), "utf-8"):
            pass  # in pieces, so that there is never a second copy of a large file
    except UnicodeDecodeError:
        return decoded(data, name)[0].encode()
    return data.removeprefix(codecs.BOM_UTF8)


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """Return the text without a BOM, and the name of its encoding.

    Raises `InputError` (with `name` for the file) if the encoding is none of the three.
    """
    if data.startswith(_UTF_16_MARKS):
        try:
            return data.decode("utf-16"), UTF_16
        except UnicodeDecodeError as error:
            raise InputError(f"{name} begins like UTF-16, but is not UTF-16", help=_SAVE_AS) from error
    if (byte_order := _unmarked_utf_16(data)) is not None:
        try:
            return data.decode(byte_order), UTF_16
        except UnicodeDecodeError as error:
            raise InputError(f"{name} looks like UTF-16, but is not UTF-16", help=_SAVE_AS) from error
    try:
        return data.decode("utf-8-sig"), UTF_8
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        refusal = InputError(f"{name}, line {line}: the text is neither UTF-8 nor clearly Windows-1252", help=_SAVE_AS)
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise refusal from None
    odd = sum(1 for _ in _FOREIGN.finditer(_AREA.sub("", text)))
    if odd * _ODD_OF > sum(not letter.isascii() for letter in text):
        raise refusal
    return text, WINDOWS_1252


def _unmarked_utf_16(data: bytes) -> str | None:
    """Return the byte order of UTF-16 without a BOM; None for other bytes. In Latin text every other byte is 0."""
    head = data[:2_000]
    zeros = head[0::2].count(0), head[1::2].count(0)
    if len(data) % 2 or max(zeros) * 4 < len(head) or min(zeros) * 8 > max(zeros):
        return None
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
