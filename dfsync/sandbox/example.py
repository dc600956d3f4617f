"""The sites with which `dfsync sandbox` starts if no others are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri"]

EXAMPLE: tuple[Mapping[str, Any], ...] = (
    {
        "Site ID": "site-123",
        "Site Name": "Downtown Store",
        "Address Street": "1 Main St",
        "Address City": "San Francisco",
        "Address State": "CA",
        "Address Country": "USA",
        "Address Postal Code": "94105",
        "Site Groups": "Retail,West",
        "Escalation Path": "Ops Team",
        "Timezone": "America/Los_Angeles",
        "Currency": "USD",
        "Operational Hours": [{"days": _WEEKDAYS, "start": "09:00", "end": "18:59"}],
    },
    {
        "Site ID": "site-124",
        "Site Name": "Elbe Café",
        "Address Street": "Terrassenufer 2",
        "Address City": "Dresden",
        "Address Country": "Germany",
        "Address Postal Code": "01067",
        "Site Groups": "Retail,East",
        "Timezone": "Europe/Berlin",
        "Currency": "EUR",
        "Operational Hours": [
            {"days": _WEEKDAYS, "start": "07:00", "end": "19:59"},
            {"days": ["Sat", "Sun"], "start": "08:00", "end": "17:59"},
        ],
    },
    {"Site ID": "site-125", "Site Name": "Warehouse", "Timezone": "Australia/Sydney"},
)
"""The first is the documents' own example."""
