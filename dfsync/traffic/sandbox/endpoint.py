"""`POST /customer/{customer_id}/insights/generate_traffic_report`: the sandbox's traffic API."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dfsync.sandbox.backend.backend import Backend
from dfsync.sandbox.server.json_http import answer, read_object
from dfsync.traffic.sandbox.ground_truth import GroundTruths
from dfsync.traffic.sandbox.report_request import AskedReport, ReportRefusedError, read_request
from dfsync.traffic.sandbox.report_rows import report_rows


def report_handler(backend: Backend) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler of requests for traffic reports."""
    truths, settings = GroundTruths(backend.database, backend.settings), backend.settings

    async def handler(request: Request) -> Response:
        config = (await read_object(request)).get("config")
        try:
            asked = read_request(config)
        except ReportRefusedError as error:
            raise HTTPException(400, str(error)) from error
        return answer(await run_in_threadpool(report, config, asked))

    def report(config: object, asked: AskedReport) -> dict[str, Any]:
        sites = truths.numbered(asked.sites)
        rows = list(islice(report_rows(asked, sites, settings.empty_buckets), settings.report_rows + 1))
        insight = {
            "cached_data_ratio": 0,
            "computed_at": time.time(),
            "data": rows[: settings.report_rows],
            "is_data_truncated": len(rows) > settings.report_rows,
            "metadata": {},
            "site_mapping": {str(site.number): site.name for site in sites},
            "status": "success",
            "total_count": {},
        }
        return {"data": {"Config": config, "InsightResponse": insight}, "success": True}

    return handler
