"""Measures the memory of a long traffic report: a year of quarter hours, for few sites and for many.

    python -m benchmarks.traffic_memory [SITES ...]

Answers are made in this process, as JSON of the documented shape that is parsed as an answer is; rows are written as
CSV to nowhere. Each size runs in a process of its own, and the figure is the highest resident set of that process.
"""

from __future__ import annotations

import datetime
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from dfsync.traffic.api.fetch import AskedSite, Report
from dfsync.traffic.api.request import ReportRequest
from dfsync.traffic.report.rows import RENDERERS, ReportShape

FIRST = datetime.date(2025, 1, 1)
DAYS = 365


def main(arguments: list[str]) -> int:
    """Measure each size, or be one of the processes that do."""
    if arguments[:1] == ["--one"]:
        print(json.dumps(measure(int(arguments[1]))))
        return 0
    for sites in map(int, arguments or ["10", "100", "1000"]):
        subprocess.run([sys.executable, "-m", "benchmarks.traffic_memory", "--one", str(sites)], check=True)
    return 0


def measure(sites: int) -> dict[str, Any]:
    """Fetch and write a year of `sites` sites."""
    request = ReportRequest((), FIRST, FIRST + datetime.timedelta(days=DAYS - 1), step=15)
    asked = [AskedSite(f"site-{number:05}", f"Store {number}", number) for number in range(sites)]
    began = time.perf_counter()
    rows = 0
    with Path(os.devnull).open("w") as nowhere:
        for text in RENDERERS["csv"](Report(answer, request, asked).rows(), ReportShape(request.by, request.metrics)):
            rows += text.count("\n")
            nowhere.write(text)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"sites": sites, "rows": rows - 1, "peak_mib": peak, "seconds": round(seconds, 1)}


def answer(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer a request as the document has it."""
    first, last = map(datetime.date.fromisoformat, config["date_facet"]["custom"]["range"])
    rows = [
        {
            "entity_id": "36655",
            "entrances": 19,
            "filter_id": "450e633b0b76a889eb487f6dfcd575cc",
            "region_names": ["Tyler"],
            "site_name": f"Store {site}",
            "time": f"{first + datetime.timedelta(days=day)} {quarter // 4:02}:{quarter % 4 * 15:02}:00",
        }
        for site in config["sites_facet"]["site_ids"]
        for day in range((last - first).days + 1)
        for quarter in range(96)
    ]
    insight = {"data": rows, "is_data_truncated": False, "status": "success"}
    whole: Mapping[str, Any] = orjson.loads(orjson.dumps({"data": {"InsightResponse": insight}, "success": True}))
    return whole


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
