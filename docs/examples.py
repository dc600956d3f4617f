"""An example or two for each command, shown below its help and run as a test."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "dfsync init": ("dfsync init my-sites --customer-id 123",),
    "dfsync validate": ("dfsync validate", "dfsync validate sites/us --report junit=junit.xml"),
    "dfsync fmt": ("dfsync fmt", "dfsync fmt --check sites/us"),
    "dfsync export": ("dfsync export --output live.json", "dfsync export --format csv --output live.csv"),
    "dfsync plan": ("dfsync plan", "dfsync plan --out plan.json --report html=plan.html"),
    "dfsync apply": ("dfsync apply", "dfsync apply plan.json --auto-approve --receipt receipt.json"),
    "dfsync render": ("dfsync render --out csv",),
    "dfsync drift": ("dfsync drift", "dfsync drift --format json"),
    "dfsync diff": (
        "dfsync diff HEAD",
        "dfsync diff HEAD --format markdown",
        "dfsync diff HEAD --format html > diff.html",
    ),
    "dfsync pull": ("dfsync pull site-123", "dfsync pull --unmanaged --dry-run"),
    "dfsync log": ("dfsync log",),
    "dfsync calendar": ("dfsync calendar", "dfsync calendar --format ics --output days.ics"),
    "dfsync holidays": ("dfsync holidays US-CA 2027", "dfsync holidays --missing"),
    "dfsync targets": ("dfsync targets", "dfsync targets --format json"),
    "dfsync auth refresh": ("dfsync auth refresh",),
    "dfsync auth status": ("dfsync auth status",),
    "dfsync traffic hours": ("dfsync traffic hours --only 'site-*' --format markdown",),
    "dfsync traffic map": ("dfsync traffic map 750 751",),
    "dfsync traffic report": ("dfsync traffic report --from 2026-05-01 --to 2026-05-07 --format csv --output may.csv",),
    "dfsync schema": ("dfsync schema site",),
    "dfsync explain": ("dfsync explain DF403", "dfsync explain"),
    "dfsync doctor": ("dfsync doctor",),
    "dfsync show": ("dfsync show site-123", "dfsync show plan.json --format markdown"),
    "dfsync list": ("dfsync list", "dfsync list --group Retail --format csv"),
    "dfsync sheet": ("dfsync sheet stores.csv", "dfsync sheet stores.xlsx --group Retail"),
    "dfsync completion": ("dfsync completion bash",),
    "dfsync sandbox": ("dfsync sandbox --port 8765 --env-file /tmp/sandbox.env",),
    "dfsync demo": ("dfsync demo",),
}
