"""Recognises damage by spreadsheet programs: it compares a cell with the value in the files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dfsync.model.damage import lost, misread, unwrapped, whole_number
from dfsync.model.site import Desired
from dfsync.model.text import normal, shortened
from dfsync.sheets.table.cells import ERRORS, Cell, is_date, text_of

_SCIENTIFIC = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?E[+-][0-9]{1,3}", re.IGNORECASE)
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9:]+)?|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}"
    r"|[0-9]{1,2}[-. ](?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|okt|oct|nov|dez|dec)[a-z]*(?:[-. ][0-9]{2,4})?"
    r"|(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|okt|oct|nov|dez|dec)[a-z]*[-. ][0-9]{2,4}",
    re.IGNORECASE,
)
_MOST_EXACT = 10**15
"""Spreadsheet programs keep 15 digits of a number."""


def error_shown(cell: Cell) -> str | None:
    """Return why a cell can't be read in any column; None for a cell that holds a value."""
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if ERRORS.fullmatch(text):
        return "the spreadsheet shows an error here, not the value"
    return "letters were lost when the file was saved" if "\ufffd" in text else None


def damaged_id(cell: Cell) -> str | None:
    """Return why an id with nothing to compare with is damaged."""
    text = text_of(cell)
    if _SCIENTIFIC.fullmatch(text):
        return "the spreadsheet turned the id into scientific notation"
    if isinstance(cell, float | int) and abs(cell) >= _MOST_EXACT:
        return "the spreadsheet kept only 15 digits of the id"
    if is_date(cell) or _DATE.fullmatch(text):
        return "the spreadsheet turned the id into a date"
    if whole_number(text, "id"):
        return "the spreadsheet turned the id into a decimal number"
    if meant := misread(text):
        return f"the id was saved in one encoding and read in another: {shortened(meant, 40)} was meant"
    return None


def doubt(text: str, field: str) -> str | None:
    """Return a note about a text that is taken although nothing in the files shows whether it is right."""
    shown = f'"{shortened(text, 60)}"'
    as_it_is = f"{shown} is taken as it is, and"
    if whole := unwrapped(text):
        return f"{shown} is read as {shortened(whole, 60)}: the rest keeps a number as text"
    if meant := misread(text):
        return f"{as_it_is} {shortened(meant, 60)} was meant: its letters were saved in another encoding"
    if whole := whole_number(text, field):
        return f"{as_it_is} {whole} was meant: the spreadsheet turned it into a decimal number"
    if any(character < " " and character not in "\t\n\r" for character in text):
        return f"{as_it_is} has a control character in it"
    return f"{as_it_is} looks like {what}" if (what := lost(text)) else None


def damage(cell: Cell, there: str) -> str | None:
    """Return what damaged the value that the files have; None if the cell holds another value."""
    text, there = normal(text_of(cell)), normal(there)
    if not there or text == there:
        return None
    if lost_zeros(text, there):
        return "the spreadsheet took its leading zeros"
    if _SCIENTIFIC.fullmatch(text) and not _SCIENTIFIC.fullmatch(there):
        return "the spreadsheet turned it into scientific notation"
    if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) >= _MOST_EXACT:
        return "the spreadsheet kept only 15 digits"
    if (is_date(cell) or _DATE.fullmatch(text)) and not _DATE.fullmatch(there):
        return "the spreadsheet turned it into a date"
    if re.fullmatch(re.escape(there) + r"\.0+", text):
        return "the spreadsheet turned it into a decimal number"
    if _letters_lost(text, there):
        return "letters became ? when the file was saved"
    if normal(misread(text)) == there:
        return "its letters were saved in another encoding"
    return None


def damaged_contact(contact: Mapping[str, str], desired: Desired, key: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """Return the fields of a contact that are damaged: what happened to each, and the value that the files have."""
    there = desired.contacts.get("/".join(contact.get(name, "").strip() for name in key))
    found = {}
    for name, text in contact.items():
        expected = (there.fields.get(name) if there is not None else None) or ""
        if name not in key and (reason := damage(text, expected)):
            found[name] = reason, expected
    return found


def lost_zeros(text: str, there: str) -> bool:
    """Whether two numbers differ only in leading zeros, and the second has more of them."""
    return (
        len(text) < len(there)
        and there.startswith("0")
        and there.lstrip("0") == text.lstrip("0")
        and text[:1].isdigit()
    )


def _letters_lost(text: str, there: str) -> bool:
    def foreign(value: str) -> int:
        return sum(not letter.isascii() for letter in value)

    more = text.count("?") > there.count("?")
    return more and foreign(there) > foreign(text)
