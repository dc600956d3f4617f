"""`python -m benchmarks`: measures, prints tables, and with --docs writes them into docs/developing/speed.md."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measure import Run, middle
from benchmarks.peers import ROOT
from benchmarks.plot import plot
from benchmarks.report import goals_markdown, growth_markdown, table_markdown
from benchmarks.suite import FULL, QUICK, Suite, Table, machine

_DOCS = ROOT / "docs" / "developing" / "speed.md"


def main() -> None:
    """Run the benchmark."""
    options = _options()
    work: Path = options.work
    work.mkdir(parents=True, exist_ok=True)
    saved = work / ("quick.json" if options.quick else "results.json")
    tables = [] if not options.only else [table for table in _load(saved) if table.kind not in options.only]
    suite = Suite(work, QUICK if options.quick else FULL, _tell, with_peers=not options.no_peers)
    if options.show:
        tables = _load(saved)
    else:
        suite.prepare()
        for table in suite.tables(options.only):
            tables.append(table)
            print(table_markdown(table), flush=True)
            saved.write_text(json.dumps([asdict(table) for table in tables]), encoding="utf-8")
        about = {_MACHINE: machine(suite.programs)}
        versions = {**_versions(saved), **suite.peers.versions, **suite.peers.missing, **about}
        saved.with_suffix(".versions.json").write_text(json.dumps(versions), encoding="utf-8")
    report = _report(tables, _versions(saved))
    print(report)
    for name, picture in _plots(tables).items():
        (work / name).write_text(picture, encoding="utf-8")
    if options.docs:
        _write_docs(report, tables)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds: does it run, in minutes")
    parser.add_argument("--only", action="append", default=[], choices=_KINDS, help="this kind of table; repeatable")
    parser.add_argument("--no-peers", action="store_true", help="install and run nothing but dfsync and the floors")
    parser.add_argument("--show", action="store_true", help="measure nothing, show the last results")
    parser.add_argument("--docs", action="store_true", help="write tables and plots into docs/developing/")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "dfsync-benchmarks"
    parser.add_argument("--work", type=Path, default=cache, help=f"data, environments and results (default: {cache})")
    return parser.parse_args()


def _report(tables: Sequence[Table], versions: dict[str, str]) -> str:
    when = datetime.datetime.now(datetime.UTC).date().isoformat()
    peers = {package: version for package, version in versions.items() if package != _MACHINE}
    known = ", ".join(f"{package} {version}" for package, version in sorted(peers.items()))
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    where = versions.get(_MACHINE, "an unknown machine")
    head = f"Measured on {when}: {where}; load when it ended {load:.1f}. Peers: {known or 'none'}.\n"
    ordered = sorted(tables, key=_place)
    single = [table_markdown(table) for table in ordered if table.kind != "growth"]
    parts = [head, "### Goals\n", goals_markdown(ordered), "### Tables\n", *single, growth_markdown(ordered)]
    return "\n".join(parts)


def _place(table: Table) -> tuple[int, str, int, str]:
    return _KINDS.index(table.kind), table.data or "", table.size or 0, table.title


_KINDS = ("start", "cold", "together", "warm", "plan", "apply", "sheets", "growth")
_MACHINE = "machine"


def _plots(tables: Sequence[Table]) -> dict[str, str]:
    growing = [table for table in sorted(tables, key=_place) if table.kind == "growth"]

    def lines(value: Callable[[Run], float]) -> dict[str, dict[str, list[tuple[float, float]]]]:
        found: dict[str, dict[str, list[tuple[float, float]]]] = {}
        for table in growing:
            for name, runs in table.runs.items():
                of_data = found.setdefault(name, {}).setdefault(table.data or "", [])
                of_data.append((float(table.size or 0), middle(runs, value)))
        return found

    if not growing:
        return {}
    return {
        "speed-time.svg": plot("Wall time against size", "s", lines(lambda run: run.wall_s)),
        "speed-memory.svg": plot("Peak memory against size", "MB", lines(lambda run: run.peak_mb)),
    }


def _write_docs(report: str, tables: Sequence[Table]) -> None:
    text = _DOCS.read_text(encoding="utf-8")
    begin, end = "<!-- measured -->", "<!-- end of what was measured -->"
    new = re.sub(f"{begin}.*{end}", lambda _: f"{begin}\n\n{report}\n{end}", text, flags=re.DOTALL)
    _DOCS.write_text(new, encoding="utf-8")
    for name, picture in _plots(tables).items():
        (_DOCS.parent / name).write_text(picture, encoding="utf-8")


def _load(file: Path) -> list[Table]:
    rows = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    return [Table(row["title"], row["kind"], row["data"], row["size"], _runs(row["runs"])) for row in rows]


def _runs(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[Run]]:
    return {name: [Run(**run) for run in runs] for name, runs in rows.items()}


def _versions(file: Path) -> dict[str, str]:
    versions = file.with_suffix(".versions.json")
    found: dict[str, str] = json.loads(versions.read_text(encoding="utf-8")) if versions.is_file() else {}
    return found


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
