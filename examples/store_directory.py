"""Turn a store directory, as a spreadsheet or a store locator exports it, into a dfsync repository.

An example to copy and adapt: it reads a CSV with the columns of the public Starbucks directory (25,600 stores in 73
countries), corrects what is wrong in its time zones, and writes one file a state or province:

    python examples/store_directory.py directory.csv my-sites

Every text is written as it stands in the CSV: leading zeros, apostrophes, line breaks and scripts included.
"""

from __future__ import annotations

import csv
import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dfsync.files.edit.write import documents

# "GMT-05:00 America/New_York": the name after the space. Some were cut, some never existed, some are old names.
ZONES = {
    "Asia/Beijing": "Asia/Shanghai",
    "Asia/New_Delhi": "Asia/Kolkata",
    "America/Argentina/Bu": "America/Argentina/Buenos_Aires",
    "America/Dawson_Cree": "America/Dawson_Creek",
    "America/Port_of_Spa": "America/Port_of_Spain",
    "America/Oranjestad": "America/Aruba",
    "America/Willemstad": "America/Curacao",
    "Asia/Istanbul": "Europe/Istanbul",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "America/Montreal": "America/Toronto",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "America/Rainy_River": "America/Winnipeg",
}

# The directory has no hours. These stand in for them, chosen by the store's number.
PROFILES = {
    "street": {"Mon-Fri": "06:30-20:59", "Sat-Sun": "07:00-20:59"},
    "mall": {"Mon-Sat": "10:00-21:59", "Sun": "11:00-18:59"},
    "late": {"Sun-Thu": "07:00-22:59", "Fri-Sat": "07:00-01:59"},
    "station": {"Mon-Sun": "00:00-23:59"},
}

CONFIG = {
    "version": "1",
    "default_target": "production",
    "targets": {"production": {"customer_id": "123"}},
    "hours_profiles": PROFILES,
    "limits": {"max_updates": "30%", "max_creates": "50", "max_clears": "10"},
}


def main(directory: Path, root: Path) -> int:
    """Write the repository and return how many sites it has."""
    with directory.open(encoding="utf-8", newline="") as file:
        sites = list(read(csv.DictReader(file)))
    by_file: dict[str, list[Mapping[str, Any]]] = {}
    for site in sites:
        by_file.setdefault(path_of(site["address"]), []).append(site)
    for name, members in by_file.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(documents({"sites": members}), encoding="utf-8", newline="")
    (root / "dfsync.yaml").write_text(config(), encoding="utf-8")
    return len(sites)


def read(rows: Iterable[Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    """Yield a site a store; a number that comes twice counts once."""
    seen = set()
    for row in rows:
        number = row["Store Number"]
        if number not in seen:
            seen.add(number)
            yield site_of(row)


def site_of(row: Mapping[str, str]) -> dict[str, Any]:
    """Return the site of a row; what the directory leaves empty stays unmanaged."""
    parts = {
        "street": row["Street Address"],
        "city": row["City"],
        "state": row["State/Province"],
        "country": row["Country"],
        "postal_code": row["Postcode"],
    }
    zone = row["Timezone"].partition(" ")[2]
    return {
        "id": row["Store Number"],
        "name": row["Store Name"],
        "address": {part: text for part, text in parts.items() if text},
        "groups": [row["Brand"], row["Ownership Type"]],
        "timezone": ZONES.get(zone, zone),
        "operational_hours": {"profile": list(PROFILES)[zlib.crc32(row["Store Number"].encode()) % len(PROFILES)]},
    }


def path_of(address: Mapping[str, str]) -> str:
    """Return the file of a site: one a state or province, one a country where there are none."""
    parts = [re.sub(r"[^a-z0-9]+", "-", address.get(part, "").lower()).strip("-") for part in ("country", "state")]
    return "sites/" + "/".join(part for part in parts if part) + ".yaml"


def config() -> str:
    """Return dfsync.yaml; its numbers are numbers, so they are not quoted as a site's texts would be."""
    return re.sub(r'"([0-9]+)"', r"\1", documents(CONFIG))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: python {sys.argv[0]} DIRECTORY.csv FOLDER")
    print(main(Path(sys.argv[1]), Path(sys.argv[2])), "sites")
