"""Repositories and exports to measure with: seeded, of any size, valid for every peer.

A uniform site is some 570 bytes in 33 lines, a varied one some 700 in 40. What other YAML readers would not read as the
same text (18:59, 02134, a name with a `#`) is quoted: their schema check would fail, and `dfsync fmt` writes it so too.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import uniform, varied
from benchmarks.record import Record

DATA: dict[str, Callable[[int], Iterator[Record]]] = {"varied": varied.records, "uniform": uniform.records}
"""The kinds of data, each with what yields so many sites of it."""
_COLUMNS = {
    "street": "Street",
    "city": "City",
    "state": "State",
    "country": "Country",
    "postal_code": "Postal Code",
}


def make_repository(root: Path, count: int, per_file: int, data: str) -> Path:
    """Write and commit a repository: `count` sites, `per_file` in each file, a hundred files to a folder."""
    if (root / "dfsync.yaml").is_file():
        return root
    sites = list(DATA[data](count))
    for number, first in enumerate(range(0, count, per_file)):
        folder = root / "sites" / f"{number // 100:04d}"
        folder.mkdir(parents=True, exist_ok=True)
        together = sites[first : first + per_file]
        text = _one(together[0], "") if per_file == 1 else "sites:\n" + "".join(_member(site) for site in together)
        (folder / f"site-{first:06d}.yaml").write_text(text, encoding="utf-8")
    (root / ".gitignore").write_text(".dfsync/\n", encoding="utf-8")
    (root / "dfsync.yaml").write_text("version: 1\ntargets:\n  production: {customer_id: 123}\n", encoding="utf-8")
    who = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@localhost")
    for command in (("init", "--quiet"), ("add", "--all"), (*who, "commit", "--quiet", "--message", "Sites")):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root


def make_export(path: Path, count: int, differing: int, data: str) -> Path:
    """Write what live holds of the same sites, `differing` of them with another escalation path; returns the file."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        every = count // differing
        rows = [_row(site, differs=number % every == 0) for number, site in enumerate(DATA[data](count))]
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
    lines = [f"id: {site.id}", f"name: {_text(site.name)}"]
    for kind in ("address", "shipping_address"):
        lines += [f"{kind}:", *(f"  {part}: {_text(text)}" for part, text in site.address.items())]
    lines += ["groups:", *(f"  - {_text(group)}" for group in site.groups)]
    lines += [f"escalation_path: {_text(site.escalation_path)}", f"timezone: {site.timezone}"]
    lines += [f"currency: {site.currency}", f"internal_id: {site.internal_id}", "operational_hours:"]
    for entry in site.hours:
        lines += ["  - days:", *(f"      - {day}" for day in entry["days"])]
        lines += [f'    start: "{entry["start"]}"', f'    end: "{entry["end"]}"']
    return "".join(f"{indent}{line}\n" for line in lines)


_READ_ALIKE = re.compile(
    r"(?!(?:no|on|off|yes|null|true|false|y|n)$)[^\W\d_][^#:\"'\\]*|\d+ [^#:\"'\\]*", re.IGNORECASE
)


def _text(text: str) -> str:
    """Write a text so that every YAML reader reads it back."""
    return text if _READ_ALIKE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
