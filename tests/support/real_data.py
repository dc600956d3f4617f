"""Real sites as dfsync's files have them, nothing corrected; the README of ../shared/data counts what is odd in them.

Each function yields sites as mappings, for `repository` or `dfsync.files.edit.write.documents`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from dfsync.files.edit.write import documents

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the real data are not at {FOLDER}")

Site = dict[str, Any]

_DAYS = {"Mon": "monday", "Tue": "tuesday", "Wed": "wednesday", "Thu": "thursday", "Fri": "friday", "Sat": "saturday"}
_WEEK = {**_DAYS, "Sun": "sunday"}
_AUSTRALIA = {
    "NSW": "Australia/Sydney",
    "ACT": "Australia/Sydney",
    "VIC": "Australia/Melbourne",
    "QLD": "Australia/Brisbane",
    "SA": "Australia/Adelaide",
    "WA": "Australia/Perth",
    "TAS": "Australia/Hobart",
    "NT": "Australia/Darwin",
}


def starbucks() -> Iterator[Site]:
    """Yield 25,600 coffee shops in 73 countries, with the time zones of the directory and without hours."""
    with (FOLDER / "starbucks_directory.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {
                "id": row["Store Number"],
                "name": row["Store Name"],
                "address": {
                    "street": row["Street Address"],
                    "city": row["City"],
                    "state": row["State/Province"],
                    "country": row["Country"],
                    "postal_code": row["Postcode"],
                },
                "groups": [row["Brand"], row["Ownership Type"]],
                "timezone": row["Timezone"],
                "contacts": [{"email": f"{row['Store Number']}@example.com", "phone": row["Phone Number"]}],
            }


def libraries() -> Iterator[Site]:
    """Yield 4,231 British libraries; their hours end as written, which the API takes for a minute more."""
    with (FOLDER / "uk_public_libraries.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            days = {day: row[f"{name.title()} staffed hours"] for day, name in _WEEK.items()}
            site: Site = {
                "id": f"library-{number:04}",
                "name": row["Library name"],
                "address": {
                    "street": ", ".join(filter(None, (row["Address 1"], row["Address 2"]))),
                    "city": row["Address 3"],
                    "country": "UK",
                    "postal_code": row["Postcode"],
                },
                "groups": [row["Local authority"]],
                "timezone": "Europe/London",
                "currency": "GBP",
            }
            if any(days.values()):
                site["operational_hours"] = {
                    day: spans.split(",") if spans else "closed" for day, spans in days.items()
                }
            yield site


def hungry_jacks() -> Iterator[Site]:
    """Yield 492 Australian restaurants that are open past midnight and around the clock."""
    for line in _lines("hungry_jacks_restaurants.jsonl"):
        place = line["location"]
        yield {
            "id": line["store_id"],
            "name": line["name"],
            "address": {
                "street": place["address"],
                "city": place["suburb"],
                "state": place["state"],
                "country": "Australia",
                "postal_code": place["postcode"],
            },
            "timezone": _AUSTRALIA.get(place["state"]),
            "currency": "AUD",
            "operational_hours": {
                day["day_name"]: f"{day['open']}-{_minute_before(day['close'])}" if day["is_open"] else "closed"
                for day in line["hours"]["dine_in"]
            },
        }


def stations() -> Iterator[Site]:
    """Yield 5,388 German railway stations, with the hours of the information desk where there is one."""
    for line in _lines("german_railway_stations.jsonl"):
        address = line["address"]
        site: Site = {
            "id": line["id"],
            "name": line["name"],
            "address": {
                "street": address["street"],
                "city": address["city"],
                "state": line["federalState"],
                "country": "Germany",
                "postal_code": address["zipcode"],
            },
            "groups": [line["regionalbereich"], line["operator"]],
            "escalation_path": line["stationManagement"],
            "timezone": "Europe/Berlin",
            "currency": "EUR",
        }
        if desk := line.get("DBinformation"):
            week = {day: desk["availability"].get(name) for day, name in _WEEK.items()}
            site["operational_hours"] = {
                day: f"{hours['fromTime']}-{hours['toTime']}" if hours else "closed" for day, hours in week.items()
            }
        yield site


def repository(sites: Iterable[Mapping[str, Any]], a_file: int = 100) -> dict[str, str]:
    """Return the files of a repository with so many sites a file."""
    files = {"dfsync.yaml": "version: 1\ntargets: {production: {customer_id: 123}}\n"}
    rest = iter(sites)
    while members := list(islice(rest, a_file)):
        files[f"sites/{len(files):05}.yaml"] = documents({"sites": members})
    return files


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _minute_before(clock: str) -> str:
    minute = (int(clock[:2]) * 60 + int(clock[3:]) - 1) % 1440
    return f"{minute // 60:02}:{minute % 60:02}"
