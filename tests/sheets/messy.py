"""Real sites as people's spreadsheets have them: other headers, AM/PM, old encodings, titles, merged headers."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlwt

from dfsync.model.hours.file_form.read import read_hours
from dfsync.model.hours.week import DAY, DAYS, Week
from dfsync.model.hours.write import by_opening_day

Site = Mapping[str, Any]
PLACES = ("street", "city", "state", "country", "postal_code")


def week_of(site: Site) -> Week | None:
    """Return the hours of a real site; its ends are the last minute open."""
    written = site.get("operational_hours")
    return read_hours(written).week if written else None


def spans_of(week: Week | None) -> list[list[tuple[int, int]]]:
    return [list(spans) for spans in by_opening_day(week)] if week is not None else [[] for _ in DAYS]


def ampm(minute: int) -> str:
    hour, rest = divmod(minute % DAY, 60)
    return f"{hour % 12 or 12}:{rest:02d} {'AM' if hour < 12 else 'PM'}"


def american(sites: Sequence[Site]) -> tuple[str, bytes]:
    """Semicolons in Windows-1252, two title rows, a column a day with AM and PM, an owner's columns."""
    out = io.StringIO(newline="")
    rows = csv.writer(out, delimiter=";")
    rows.writerow(["Store list 2026", "", "", "confidential"])
    rows.writerow([])
    rows.writerow(["Store #", "Store Name", "Street", "City", "State", "Country", "ZIP", "Time Zone", *DAYS, "Sq Ft"])
    for site in sites:
        week = week_of(site)
        days = [
            ", ".join("24 hours" if span == (0, DAY) else f"{ampm(span[0])} - {ampm(span[1])}" for span in spans)
            or ("Closed" if week is not None else "")
            for spans in spans_of(week)
        ]
        rows.writerow([site["id"], site["name"], *_place(site), site.get("timezone") or "", *days, 1200])
    return "stores.csv", out.getvalue().encode("cp1252", "ignore")


def german(sites: Sequence[Site]) -> tuple[str, bytes]:
    """A workbook: days merged over von and bis, times of day, ids and postal codes as numbers where they are."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Filialen"
    sheet.append(["Filialliste"])
    sheet.append([])
    heads = ["Filial-Nr.", "Filialname", "Straße", "Ort", "Bundesland", "Staat", "PLZ", "Zeitzone"]
    sheet.append([*heads, *(cell for day in ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So") for cell in (day, None))])
    for number in range(7):
        sheet.merge_cells(start_row=3, end_row=3, start_column=9 + 2 * number, end_column=10 + 2 * number)
    sheet.append([*([None] * len(heads)), *(["von", "bis"] * 7)])
    for site in sites:
        week = week_of(site)
        cells: list[Any] = []
        for spans in spans_of(week):
            if len(spans) == 1:
                start, stop = spans[0]
                cells += [_time(start), datetime.timedelta(days=1) if stop == DAY else _time(stop % DAY)]
            else:
                cells += ["geschlossen" if week is not None else None, None]
        sheet.append([_number(site["id"]), site["name"], *map(_number, _place(site)), site.get("timezone"), *cells])
    out = io.BytesIO()
    book.save(out)
    return "filialen.xlsx", out.getvalue()


def french(sites: Sequence[Site]) -> tuple[str, bytes]:
    """Tabs in UTF-16 without a mark, every cell in quotes, and one cell for the week."""
    out = io.StringIO(newline="")
    rows = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_ALL)
    heads = ["N° magasin", "Nom du magasin", "Adresse", "Ville", "Région", "Pays", "Code postal", "Fuseau horaire"]
    rows.writerow([*heads, "Horaires d'ouverture"])
    names = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
    for site in sites:
        week = week_of(site)
        cell = "; ".join(
            f"{name} {' et '.join(f'{_french(start)} à {_french(stop)}' for start, stop in spans) or 'fermé'}"
            for name, spans in zip(names, spans_of(week), strict=True)
        )
        rows.writerow([site["id"], site["name"], *_place(site), site.get("timezone") or "", cell if week else ""])
    return "magasins.txt", out.getvalue().encode("utf-16-le")


def _place(site: Site) -> list[str]:
    return [site["address"].get(part) or "" for part in PLACES]


def _number(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() and text[0] != "0" and len(text) < 15 else text or None


def _time(minute: int) -> datetime.time:
    return datetime.time(*divmod(minute, 60))


def _french(minute: int) -> str:
    return f"{minute // 60 if minute <= DAY else minute // 60 - 24}h{minute % 60:02d}"


def osm(sites: Sequence[Site]) -> tuple[str, bytes]:
    """Bars in UTF-16 with its mark, every cell in quotes, headers as OpenStreetMap has them, its form of a week."""
    out = io.StringIO(newline="")
    rows = csv.writer(out, delimiter="|", quoting=csv.QUOTE_ALL)
    heads = ["street", "city", "state", "country", "postcode"]
    rows.writerow(["@id", "name", *(f"addr:{head}" for head in heads), "timezone", "opening_hours"])
    names = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    for site in sites:
        week = week_of(site)
        days = [",".join(f"{_clock(start)}-{_clock(stop)}" for start, stop in spans) for spans in spans_of(week)]
        cell = "; ".join(f"{name} {day or 'off'}" for name, day in zip(names, days, strict=True))
        rows.writerow([site["id"], site["name"], *_place(site), site.get("timezone") or "", cell if week else ""])
    return "osm.csv", out.getvalue().encode("utf-16")


def spanish(sites: Sequence[Site]) -> tuple[str, bytes]:
    """An old workbook (.xls) with two columns a day, for the morning and for the afternoon, and numbers for codes."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Tiendas")
    sheet.write(0, 0, "Tiendas, actualizado en noviembre")
    days = ("Lunes", "Martes", "Miércoles", "Jueves", "Viernes", "Sábado", "Domingo")
    heads = ["Código de tienda", "Nombre", "Dirección", "Ciudad", "Provincia", "País", "Código postal", "Zona horaria"]
    heads += [f"{day} {half}" for day in days for half in ("mañana", "tarde")]
    for column, head in enumerate(heads):
        sheet.write(2, column, head)
    for row, site in enumerate(sites, 3):
        week = week_of(site)
        cells = []
        for spans in spans_of(week):
            texts = [f"de {_clock(start)} a {_clock(stop)}" for start, stop in spans]
            cells += (texts or ["cerrado" if week is not None else ""] * 2)[:2] + [""] * (len(texts) == 1)
        values = [_number(site["id"]), site["name"], *map(_number, _place(site)), site.get("timezone"), *cells]
        for column, value in enumerate(values):
            if value not in (None, ""):
                sheet.write(row, column, value)
    out = io.BytesIO()
    book.save(out)
    return "tiendas.xls", out.getvalue()


def pairs(sites: Sequence[Site]) -> tuple[str, bytes]:
    """A workbook whose days are merged over two pairs of times, with a worksheet of notes behind it."""
    book = openpyxl.Workbook()
    sheet = book.active
    heads = ["Store Number", "Store Name", "Street", "City", "State", "Country", "Post Code", "Time zone"]
    sheet.append([*heads, *(cell for day in DAYS for cell in (day, None, None, None))])
    for number in range(7):
        sheet.merge_cells(start_row=1, end_row=1, start_column=9 + 4 * number, end_column=12 + 4 * number)
    sheet.append([*([None] * len(heads)), *(["Open", "Close"] * 14)])
    for site in sites:
        week = week_of(site)
        cells: list[Any] = []
        for spans in spans_of(week):
            times = [
                cell
                for start, stop in spans
                for cell in (_time(start), datetime.timedelta(days=1) if stop == DAY else _time(stop % DAY))
            ]
            times = times or (["Closed", "Closed"] if week is not None else [])
            cells += times + [None] * (4 - len(times))
        sheet.append([_number(site["id"]), site["name"], *map(_number, _place(site)), site.get("timezone"), *cells])
    book.create_sheet("Notes").append(["Ask Ada", "about", "Mondays"])
    out = io.BytesIO()
    book.save(out)
    return "stores.xlsx", out.getvalue()


def open_document(sites: Sequence[Site]) -> tuple[str, bytes]:
    """A table of LibreOffice (.ods): German, one cell a day, numbers for codes, and repeated blank rows."""
    days = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
    heads = ["Filialnummer", "Filiale", "Straße und Hausnummer", "Ort", "Bundesland", "Land", "PLZ", "Zeitzone", *days]
    rows: list[list[Any]] = [["Unsere Filialen"], heads]
    for site in sites:
        week = week_of(site)
        closed = "geschlossen" if week is not None else ""
        cells = [" und ".join(map(_german_span, spans)) or closed for spans in spans_of(week)]
        rows.append([_number(site["id"]), site["name"], *map(_number, _place(site)), site.get("timezone"), *cells])
    table = "".join(f"<table:table-row>{''.join(map(_open_cell, row))}</table:table-row>" for row in rows)
    blank = "<table:table-row table:number-rows-repeated='1048000'><table:table-cell/></table:table-row>"
    names = " ".join(
        f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'" for name in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    entry = f"<m:file-entry m:full-path='/' m:media-type='{kind}'/>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", kind)
        book.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet><table:table table:name='Filialen'>"
            f"{table}{blank}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
        book.writestr("META-INF/manifest.xml", f"<m:manifest xmlns:m='{manifest}'>{entry}</m:manifest>")
    return "filialen.ods", out.getvalue()


def _german_span(span: tuple[int, int]) -> str:
    return "24 Stunden" if span == (0, DAY) else f"{_clock(span[0])} bis {_clock(span[1])} Uhr"


def _open_cell(value: Any) -> str:
    if value in (None, ""):
        return "<table:table-cell/>"
    if isinstance(value, int):
        kind = f"office:value-type='float' office:value='{value}'"
    else:
        kind = "office:value-type='string'"
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def _clock(minute: int) -> str:
    return f"{minute // 60 if minute <= DAY else minute // 60 - 24:02d}:{minute % 60:02d}"
