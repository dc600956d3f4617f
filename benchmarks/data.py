"""Repositories and exports to measure with: seeded, of any size, valid for every peer.

A site is some 570 bytes in 33 lines. All times are quoted, since other YAML readers take 18:59 for a number and their
schema check would fail; that is also how `dfsync fmt` writes them.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SEED = 20261122

_PLACES = (
    ("US", "CA", "San Francisco", "America/Los_Angeles", "USD"),
    ("US", "NY", "New York", "America/New_York", "USD"),
    ("US", "TX", "Houston", "America/Chicago", "USD"),
    ("GB", "", "London", "Europe/London", "GBP"),
    ("DE", "BY", "München", "Europe/Berlin", "EUR"),
    ("FR", "", "Lyon", "Europe/Paris", "EUR"),
    ("JP", "", "Osaka", "Asia/Tokyo", "JPY"),
    ("AU", "NSW", "Sydney", "Australia/Sydney", "AUD"),
)
_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri")
_COLUMNS = {
    "street": "Street",
    "city": "City",
    "state": "State",
    "country": "Country",
    "postal_code": "Postal Code",
}


@dataclass(frozen=True)
class Record:
    """One site."""

    id: str
    name: str
    address: dict[str, str]
    groups: list[str]
    escalation_path: str
    timezone: str
    currency: str
    hours: list[dict[str, object]]
    internal_id: int


def records(count: int) -> Iterator[Record]:
    """Yield `count` sites; the same ones at the start whatever the count."""
    dice = random.Random(SEED)
    for number in range(count):
        country, state, city, timezone, currency = dice.choice(_PLACES)
        opens, closes = dice.choice((6, 7, 8, 9, 10)), dice.choice((17, 18, 19, 20, 21, 22))
        yield Record(
            id=f"site-{number:06d}",
            name=f"{city} {dice.choice(('Market', 'Station', 'Harbour', 'Mall'))} {number}",
            address={
                "street": f"{dice.randrange(1, 999)} {dice.choice(('Main', 'Mill', 'Oak', 'King'))} Street",
                "city": city,
                "state": state or city,
                "country": country,
                "postal_code": f"{dice.randrange(100_000):05d}",
            },
            groups=dice.sample(("Retail", "West", "East", "Flagship", "Outlet", "Airport"), 2),
            escalation_path=f"Ops Team {dice.randrange(20)}",
            timezone=timezone,
            currency=currency,
            hours=[
                {"days": list(_WEEK), "start": f"{opens:02d}:00", "end": f"{closes:02d}:59"},
                {"days": ["Sat"], "start": f"{opens + 1:02d}:30", "end": f"{closes - 1:02d}:29"},
            ],
            internal_id=1000 + number,
        )


def make_repository(root: Path, count: int, per_file: int) -> Path:
    """Write and commit a repository: `count` sites, `per_file` in each file, a hundred files to a folder."""
    if (root / "dfsync.yaml").is_file():
        return root
    sites = list(records(count))
    for number, first in enumerate(range(0, count, per_file)):
        folder = root / "sites" / f"{number // 100:04d}"
        folder.mkdir(parents=True, exist_ok=True)
        together = sites[first : first + per_file]
        text = _one(together[0], "") if per_file == 1 else "sites:\n" + "".join(_member(site) for site in together)
        (folder / f"{together[0].id}.yaml").write_text(text, encoding="utf-8")
    (root / ".gitignore").write_text(".dfsync/\n", encoding="utf-8")
    (root / "dfsync.yaml").write_text("version: 1\ntargets:\n  production: {customer_id: 123}\n", encoding="utf-8")
    who = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@localhost")
    for command in (("init", "--quiet"), ("add", "--all"), (*who, "commit", "--quiet", "--message", "Sites")):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root


def make_export(path: Path, count: int, differing: int) -> Path:
    """Write what live holds of the same sites, `differing` of them with another escalation path; returns the file."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        every = count // differing
        rows = [_row(site, differs=number % every == 0) for number, site in enumerate(records(count))]
        path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def change(root: Path, number: int) -> str:
    """Give the first site of a repository an escalation path that it never had; returns the file's path in it."""
    path = root / "sites" / "0000" / "site-000000.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub("escalation_path: .*", f"escalation_path: Shift {number}", text, count=1), encoding="utf-8")
    return path.relative_to(root).as_posix()


def _row(site: Record, *, differs: bool) -> dict[str, object]:
    return {
        "Site ID": site.id,
        "Site Name": site.name,
        **{f"Address {_COLUMNS[part]}": text for part, text in site.address.items()},
        **{f"Shipping Address {_COLUMNS[part]}": text for part, text in site.address.items()},
        "Site Groups": ",".join(site.groups),
        "Escalation Path": "Nobody" if differs else site.escalation_path,
        "Timezone": site.timezone,
        "Currency": site.currency,
        "Operational Hours": site.hours,
    }


def _member(site: Record) -> str:
    lines = _one(site, "    ").splitlines(keepends=True)
    return "  - " + lines[0][4:] + "".join(lines[1:])


def _one(site: Record, indent: str) -> str:
    lines = [f"id: {site.id}", f"name: {site.name}"]
    for kind in ("address", "shipping_address"):
        lines += [f"{kind}:", *(f"  {part}: {_text(text)}" for part, text in site.address.items())]
    lines += ["groups:", *(f"  - {group}" for group in site.groups)]
    lines += [f"escalation_path: {site.escalation_path}", f"timezone: {site.timezone}", f"currency: {site.currency}"]
    lines += [f"internal_id: {site.internal_id}", "operational_hours:"]
    for entry in site.hours:
        lines += ["  - days:", *(f"      - {day}" for day in entry["days"])]
        lines += [f'    start: "{entry["start"]}"', f'    end: "{entry["end"]}"']
    return "".join(f"{indent}{line}\n" for line in lines)


def _text(text: str) -> str:
    return f'"{text}"' if text.isdigit() else text
