"""A report is asked for as the document says, or not at all."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.errors import UsageError
from dfsync.traffic.api.request import BY, ReportRequest

FIRST = datetime.date(2026, 2, 18)
DOCUMENT = Path(__file__).parents[4] / "shared/api/traffic-metrics-api.txt"


def sample() -> dict[str, Any]:
    """Return the document's sample request, copied from it."""
    return {
        "sites_facet": {"site_ids": [750]},
        "date_facet": {"custom": {"range": ["2026-02-18", "2026-02-19"]}, "dateRange": "custom"},
        "time_facet": {"custom": {"range": ["09:00:00", "17:00:00"]}, "timeOfDay": "custom"},
        "group_by_facet": {"time": {"unit": "minutes", "number": 15}, "groupBys": ["time", "site"]},
        "metrics_facet": {"metrics": ["entrances"]},
        "version": "V2",
    }


def test_the_sample_request_of_the_document_is_built_to_the_letter() -> None:
    """The facets and values are the same."""
    built = ReportRequest((750,), FIRST, FIRST + datetime.timedelta(days=1), 9 * 60, 17 * 60, 15).config()
    assert built == sample()


@pytest.mark.skipif(not DOCUMENT.exists(), reason="the API's documents are not beside the repository")
def test_the_sample_is_the_documents_own() -> None:
    """The copy above has not drifted from the document."""
    text = DOCUMENT.read_text().replace("\N{NO-BREAK SPACE}", " ")
    start = text.index("{", text.index("Sample Request"))
    assert json.JSONDecoder().raw_decode(text[start:])[0] == {"config": sample()}


def test_whole_hours_are_asked_for_in_hours_and_a_whole_day_ends_with_its_last_second() -> None:
    """The request is that of `--every 1h` over a day."""
    config = ReportRequest((1,), FIRST, FIRST, step=60).config()
    assert config["group_by_facet"]["time"] == {"unit": "hours", "number": 1}
    assert config["time_facet"]["custom"]["range"] == ["00:00:00", "23:59:59"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"last": FIRST - datetime.timedelta(days=1)},
        {"start": 600, "stop": 600},
        {"start": 600, "stop": 540},
        {"step": 0},
        {"by": ()},
        {"by": ("region",)},
        {"metrics": ("visitors",)},
        {"metrics": ()},
    ],
)
def test_what_the_document_does_not_describe_is_refused_before_it_is_sent(wrong: dict[str, Any]) -> None:
    """The error is one of wrong usage."""
    with pytest.raises(UsageError):
        ReportRequest(**{"sites": (1,), "first": FIRST, "last": FIRST, **wrong})


requests = st.builds(
    lambda sites, days, span, step, by: ReportRequest(
        tuple(range(sites)), FIRST, FIRST + datetime.timedelta(days=days), *sorted(span), step=step, by=by
    ),
    st.integers(1, 4),
    st.integers(0, 4),
    st.sets(st.integers(0, 96).map(lambda quarter: quarter * 15), min_size=2, max_size=2),
    st.sampled_from([15, 30, 45, 60, 240]),
    st.sampled_from([BY, ("time",), ("site",)]),
)


def buckets(request: ReportRequest) -> list[tuple[object, ...]]:
    """Return what a request asks for, bucket by bucket: site, day, start and end."""
    return [
        (
            site if "site" in request.by else request.sites,
            *(
                (request.first + datetime.timedelta(days=day), start, min(start + request.step, request.stop))
                if "time" in request.by
                else (request.first, request.last)
            ),
        )
        for site in (request.sites if "site" in request.by else (None,))
        for day in (range(request.days) if "time" in request.by else (0,))
        for start in (range(request.start, request.stop, request.step) if "time" in request.by else (0,))
    ]


@given(requests)
def test_two_halves_ask_for_every_bucket_of_the_whole_once(whole: ReportRequest) -> None:
    """Also where a day's last bucket is cut short, and averages are never divided."""
    halves = whole.halves()
    if halves is None:
        assert whole.rows == 1
    else:
        assert sorted(map(str, [*buckets(halves[0]), *buckets(halves[1])])) == sorted(map(str, buckets(whole)))
        assert halves[0].rows + halves[1].rows == whole.rows == len(buckets(whole))
