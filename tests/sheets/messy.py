"""Real sites as people's spreadsheets have them: other headers, AM/PM, old encodings, titles, merged headers."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

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
