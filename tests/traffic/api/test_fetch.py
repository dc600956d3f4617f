"""A report of any size comes whole, in order, with every row at its site; over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from dfsync.errors import ApiError
from dfsync.sandbox import Fault, Sandbox, SandboxSettings
from dfsync.traffic.api.fetch import AskedSite, CountRow, Report
from dfsync.traffic.api.request import ReportRequest
from tests.traffic.scene import asked, client, reports, request, rows

SITES = 6


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """Serve six sites, reports cut off after a hundred rows."""
    with Sandbox(rows(SITES), settings=SandboxSettings(report_rows=100)) as sandbox:
        yield sandbox


def fetched(
    box: Sandbox, wanted: ReportRequest, sites: list[AskedSite] | None = None, **options: Any
) -> list[CountRow]:
    """Return a whole report."""
    with client(box) as api:
        return list(Report(api.traffic_report, wanted, sites or asked(SITES), **options).rows())


def whole(wanted: ReportRequest, sites: list[AskedSite] | None = None) -> list[CountRow]:
    """Return the same report from a server that cuts nothing off."""
    with Sandbox(rows(SITES)) as generous:
        return fetched(generous, wanted, sites)


@pytest.mark.parametrize(
    "changes",
    [
        {"step": 15},
        {"step": 15, "days": 1, "start": 540, "stop": 1081},
        {"by": ("time",), "step": 15, "days": 5},
        {"by": ("site",), "metrics": ("dwell_time", "occupancy")},
        {"metrics": ("walk_bys", "entrances"), "days": 9},
    ],
)
def test_a_report_that_the_server_cuts_off_is_the_same_as_one_that_it_does_not(
    box: Sandbox, changes: dict[str, Any]
) -> None:
    """Halved until every answer is whole; by site in the order asked, then by time."""
    found = fetched(box, request(**changes))
    assert found == whole(request(**changes))
    assert found == sorted(found, key=lambda row: (row.site or "", row.time or ""))


def test_what_was_learned_of_the_server_makes_later_requests_smaller(box: Sandbox) -> None:
    """Ten days of a site are 960 rows where 100 are answered: only the first requests are sent in vain."""
    fetched(box, request(10, step=15), concurrency=1)
    answered = SITES * 10
    assert reports(box) < answered * 1.3


def test_sites_share_requests_while_their_names_tell_them_apart() -> None:
    """Six sites for a day are one request."""
    with Sandbox(rows(SITES)) as box:
        found = fetched(box, request(1))
        assert reports(box) == 1
        assert [row.site for row in found[::24]] == [site.id for site in asked(SITES)]


def test_sites_of_one_name_are_asked_for_one_by_one() -> None:
    """The row has a name only: it can't tell which of them it is about."""
    same = [{**row, "Site Name": "Store"} if row["Site ID"] in ("s-1", "s-4") else row for row in rows(SITES)]
    sites = [AskedSite(s.id, "Store" if s.id in ("s-1", "s-4") else s.name, s.internal_id) for s in asked(SITES)]
    with Sandbox(same) as box:
        found = fetched(box, request(1), sites)
        alone = {site.id: fetched(box, request(1), [site]) for site in sites}
    assert found == [row for site in sites for row in alone[site.id]]


@pytest.mark.parametrize("live_name", ["Renamed", "Store 3"])
def test_a_live_name_that_the_files_do_not_know_costs_requests_and_never_a_wrong_site(live_name: str) -> None:
    """Somebody renamed a site in the web application, to a new name or to that of another site."""
    with Sandbox(rows(SITES)) as box:
        expected = [row.values for row in fetched(box, request(1))]
        box.edit("s-2", "Site Name", live_name)
        found = fetched(box, request(1))
    assert [row.values for row in found] == expected
    assert [row.site for row in found] == [site.id for site in asked(SITES) for _ in range(24)]


def test_a_site_that_does_not_exist_has_no_rows_and_takes_none_of_another(box: Sandbox) -> None:
    """An internal id that was mistyped."""
    sites = [*asked(2), AskedSite("typo", "Typo", 9999)]
    assert {row.site for row in fetched(box, request(1), sites)} == {"s-0", "s-1"}


def test_an_average_that_is_cut_off_is_an_error_not_a_guess() -> None:
    """A report by time alone, one bucket, on a server that answers nothing whole."""
    settings = SandboxSettings(report_rows=0)
    with Sandbox(rows(SITES), settings=settings) as box, pytest.raises(ApiError, match="cuts off"):
        fetched(box, request(1, by=("site",)))


def test_a_server_that_has_trouble_is_asked_again(box: Sandbox) -> None:
    """Retries are the shared client's."""
    expected = fetched(box, request(1))
    box.faults.add(Fault("status", path="*generate_traffic_report", status=503))
    assert fetched(box, request(1)) == expected


def test_no_more_requests_are_under_way_than_the_setting_says(box: Sandbox) -> None:
    """Only the rows of a few answers wait to be taken."""
    under_way, most, lock = 0, 0, threading.Lock()
    with client(box) as api:

        def ask(config: Mapping[str, Any]) -> Mapping[str, Any]:
            nonlocal under_way, most
            with lock:
                under_way += 1
                most = max(most, under_way)
            try:
                return api.traffic_report(config)
            finally:
                with lock:
                    under_way -= 1

        found = Report(ask, request(30), asked(SITES), concurrency=3, most=48).rows()
        first = next(found)
        sent = reports(box)
        assert [first, *found] == whole(request(30))
    assert most <= 3
    assert sent <= 3 + 2
