"""Workbooks that mean harm, or that nobody computed: refused or harmless, quickly and in little memory."""

from __future__ import annotations

import io
import re
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from dfsync.errors import InputError
from dfsync.files.storage.tree import WorkTree
from dfsync.sheets.formats.workbook import worksheets
from dfsync.validation.check import check
from tests.support.command_line import dfsync

MEMORY = 900_000_000
"""Address space for a command; an interpreter with the libraries takes a good half of it."""
NAMES = "xmlns:{0}='urn:oasis:names:tc:opendocument:xmlns:{1}:1.0'"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dfsync.yaml").write_text("version: 1\n")
    return tmp_path


def workbook(*, macros: bytes | None = None, titles: tuple[str, ...] = ("Stores",), mon: str = "9:00-17:59") -> bytes:
    """Return a workbook of one site whose hours on Monday are the value of a formula, if they look like one."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for title in titles:
        page = book.add_worksheet(title)
        page.write_row(0, 0, ["Store #", "Name", "Mon"])
        page.write_row(1, 0, ["7", "North"])
        if mon.startswith("="):
            page.write_formula(1, 2, mon, None, "9:00-17:59")
        else:
            page.write(1, 2, mon)
    if macros is not None:
        book.add_vba_project(io.BytesIO(macros), is_stream=True)
    book.close()
    return out.getvalue()


def with_part(data: bytes, path: str, content: bytes) -> bytes:
    """Return a workbook with another part, or with other content in one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != path:
                target.writestr(name, source.read(name))
        target.writestr(path, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        workbook(macros=b'Sub AutoOpen()\nShell "touch pwned"\nEnd Sub'),
        workbook(mon="='http://127.0.0.1:9/[x.xlsx]S'!A1"),
        workbook(mon="=cmd|' /C touch pwned'!A0"),
        with_part(workbook(), "xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
        with_part(workbook(), "../../../pwned", b"x"),
        with_part(workbook(), "xl/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0" * 100),
    ],
    ids=["macros", "external-link", "dde", "link-part", "path", "embedded-object"],
)
def test_what_a_workbook_would_run_or_fetch_is_passed_over(root: Path, data: bytes) -> None:
    """Only cells are read; the value of a formula is the one that its program computed."""
    (root / "s.xlsm").write_bytes(data)
    (root / "s.xlsx").write_bytes(data)
    assert dfsync(root, "pull", "--from", "s.xlsx", "--yes") == 0
    assert check(WorkTree(root)).desired.sites["7"].fields["name"] == "North"
    assert not list(root.rglob("*pwned*"))
    assert sorted(path.name for path in (root / "sites").iterdir()) == ["north.yaml"]


def bomb() -> bytes:
    return with_part(workbook(), "xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 300_000_000)


def wide() -> bytes:
    cells = "".join(f'<c r="{column}1" t="inlineStr"><is><t>x</t></is></c>' for column in ("A", "B", "BDWGN"))
    xml = f'<worksheet xmlns="x"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    return with_part(workbook(), "xl/worksheets/sheet1.xml", xml.encode())


def deep() -> bytes:
    return with_part(workbook(), "xl/worksheets/sheet1.xml", b"<worksheet>" + b"<a>" * 3_000_000)


def many_parts() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for number in range(20_000):
            target.writestr(f"xl/worksheets/sheet{number}.xml", b"")
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (bomb, "unpacks to more than"),
        (wide, "reaches to BDWGN"),
        (deep, "unpacks to more than|broken XML"),
        (many_parts, "too many parts"),
        (lambda: with_part(workbook(), "xl/workbook.bin", b"x"), "binary workbook"),
        (lambda: workbook()[:3_000], "not a workbook that can be read"),
    ],
    ids=["zip-bomb", "a-million-columns", "nested-tags", "parts", "xlsb", "cut-off"],
)
def test_what_would_drown_dfsync_is_refused(root: Path, make, words: str) -> None:
    """In seconds and within a bound of memory, with the name of the file and what to do."""
    (root / "s.xlsx").write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-m", "dfsync", "pull", "--from", "s.xlsx", "--yes"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert done.returncode == 1, done.stderr
    assert re.search(words, done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert "help:" in done.stderr


def test_hostile_names_of_worksheets_are_only_names(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """They stand in messages, and go no further."""
    titles = ("=cmd|x!A0", "##(error)", "\u202eX", "a\u0085b", "'; DROP", "<script>", "..", "CON")
    (root / "s.xlsx").write_bytes(workbook(titles=tuple(title.replace("'", "") for title in titles)))
    assert dfsync(root, "pull", "--from", "s.xlsx", "--yes") == 0
    out, err = capfd.readouterr()
    assert not any(sign in out + err for sign in ("\u202e", "\u0085", "##["))
    assert dfsync(root, "validate") == 0


def open_document(cell: str, table: str = "table") -> bytes:
    """Return an .ods of one row with a cell; `table` is the prefix that stands for tables."""
    content = (
        f"<office:document-content {NAMES.format('office', 'office')} {NAMES.format(table, 'table')} "
        f"{NAMES.format('text', 'text')} xmlns:c='urn:c'><office:body><office:spreadsheet>"
        f"<{table}:table {table}:name='S'><{table}:table-row>{cell}</{table}:table-row></{table}:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = f"<m:file-entry m:full-path='/' m:media-type='{kind}'/>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("mimetype", kind)
        book.writestr("content.xml", content)
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        book.writestr("META-INF/manifest.xml", f"<m:manifest xmlns:m='{manifest}'>{entry}</m:manifest>")
    return out.getvalue()


def test_the_error_of_a_formula_in_an_ods_is_found() -> None:
    """As often as its cell is repeated, at the column where it stands, and however its attributes are written."""
    blank = "<table:table-cell table:number-columns-repeated='2'/>"
    failed = (
        "<table:table-cell\n c:value-type = 'error' table:formula='of:=1/0' office:value-type='string'"
        " office:string-value='' table:number-columns-repeated='2'><text:p>#DIV/<text:s/>0!</text:p></table:table-cell>"
    )
    (sheet,) = worksheets(open_document(blank + failed), "s.ods")
    assert list(sheet.rows[0]) == ["", "", "#DIV/0!", "#DIV/0!"]


def test_a_formula_in_an_ods_that_was_never_computed_is_refused() -> None:
    """As in .xlsx: its cell would be blank. One whose value is an empty text was computed."""
    with pytest.raises(InputError, match=r"s\.ods, sheet S: B1: a formula without a value"):
        worksheets(open_document("<table:table-cell/><table:table-cell table:formula='of:=A1'/>"), "s.ods")
    text = "<table:table-cell office:value-type='string'><text:p>a</text:p></table:table-cell>"
    empty = "<table:table-cell table:formula='of:=\"\"' office:value-type='string' office:string-value=''/>"
    (sheet,) = worksheets(open_document(text + empty), "s.ods")
    assert sheet.rows[0][0] == "a"


def test_an_ods_with_another_prefix_is_refused(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It is legal XML that no program writes, and calamine finds nothing in it."""
    cell = "<t:table-cell office:value-type='string'><text:p>a</text:p></t:table-cell>"
    (root / "s.ods").write_bytes(open_document(cell, "t"))
    assert dfsync(root, "pull", "--from", "s.ods", "--yes") == 1
    assert "s.ods is empty" in capfd.readouterr().err
