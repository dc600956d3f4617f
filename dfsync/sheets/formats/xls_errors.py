"""Finds the cells of an old workbook (.xls) whose formula failed, which calamine passes over as blank.

Source: [MS-CFB] for the container, [MS-XLS] for the records BoolErr, BoundSheet8 and Formula.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import islice

_SHOWN = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BEGIN, _END, _SHEET, _VALUE, _FORMULAS = 0x0809, 0x000A, 0x0085, 0x0205, (0x0006, 0x0206, 0x0406)
_ENTRY = 128


def xls_errors(data: bytes) -> list[dict[tuple[int, int], str]]:
    """Return for each sheet of a workbook the cells that show an error: row and column from 0, and the error.

    Raises `ValueError` for what is no such workbook.
    """
    try:
        book = _stream(data)
        starts = [struct.unpack_from("<I", body)[0] for kind, body in _records(book, 0) if kind == _SHEET]
        most = iter(range(len(book) // 4 + 1))  # sheets share no record, so all of them together have no more
        return [dict(_errors(book, start, most)) for start in starts]
    except (struct.error, IndexError) as error:
        raise ValueError("the file is cut off") from error


def _errors(book: bytes, start: int, most: Iterator[int]) -> Iterator[tuple[tuple[int, int], str]]:
    for kind, body in _records(book, start):
        if next(most, None) is None:
            raise ValueError("its sheets overlap")
        if kind == _VALUE and body[7]:
            code = body[6]
        elif kind in _FORMULAS and body[6] == 2 and body[12:14] == b"\xff\xff":
            code = body[8]
        else:
            continue
        row, column = struct.unpack_from("<HH", body)
        yield (row, column), _SHOWN.get(code, "#ERROR!")


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of the part of a workbook that begins here. Records of charts in it are left out."""
    depth = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _stream(data: bytes) -> bytes:
    """Return the stream of the workbook from its container. No chain of sectors is longer than the file."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if size not in (512, 4_096):
        raise ValueError("its sectors have a size that no program writes")
    most = len(data) // size + 1
    first_folder, cutoff, first_small, more = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60, 68))

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    parts = list(struct.unpack_from("<109I", data, 76))
    for _ in range(most):
        if more >= most:
            break
        *places, more = _numbers(sector(more))
        parts += places
    following = _numbers(b"".join(sector(part) for part in parts[:most] if part < most))

    def joined(start: int) -> bytes:
        return b"".join(sector(number) for number in islice(_chain(following, start), most))

    folder = joined(first_folder)
    for at in range(0, len(folder) - _ENTRY + 1, _ENTRY):
        name = folder[at : at + 64].decode("utf-16-le", "replace").partition("\0")[0]
        if name.casefold() in {"workbook", "book"}:
            start, length = struct.unpack_from("<II", folder, at + 116)
            if length >= cutoff:
                return joined(start)[:length]
            small = joined(struct.unpack_from("<I", folder, 116)[0])
            parts_of_small = islice(_chain(_numbers(joined(first_small)), start), len(small) // 64 + 1)
            return b"".join(small[place * 64 : place * 64 + 64] for place in parts_of_small)[:length]
    raise ValueError("it has no workbook")


def _chain(following: Sequence[int], number: int) -> Iterator[int]:
    """Yield the numbers of sectors that belong together."""
    while number < len(following):
        yield number
        number = following[number]


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
