"""An export is complete or an error, whatever the server makes of pages and whoever edits meanwhile."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dfsync.api.calls.pages import MOST_QUERY, TRIES, Export, chunked
from dfsync.api.protocol.answers import Page
from dfsync.api.protocol.errors import IncompleteExportError, StatusError
from dfsync.api.protocol.events import Event, ExportRetry, SitesWithoutId
from dfsync.errors import InputError
from dfsync.sandbox.faults import Fault
from dfsync.sandbox.sandbox import Sandbox
from dfsync.sandbox.settings import SandboxSettings
from tests.api.clients import PAGE, SITES, ids, open_client, row

PAGE_1, PAGE_2, PAGE_3 = (f"*p_number={number}&*" for number in (1, 2, 3))


def gets(box: Sandbox) -> int:
    return sum(request.method == "GET" for request in box.requests)


def again(events: list[Event]) -> list[str]:
    return [event.reason for event in events if isinstance(event, ExportRetry)]


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 21])
def test_an_export_of_n_sites_is_n_by_page_size_requests(count: int) -> None:
    """Page 1 tells the total; not one request more, and all on kept connections."""
    with Sandbox([row(number) for number in range(count)]) as box, open_client(box) as client:
        assert client.export(lambda site: site.id) == ids(count)
        assert len(box.requests) == gets(box) == max(1, math.ceil(count / PAGE))


def test_page_size_is_the_servers_to_decide() -> None:
    """It clamps, and more pages come than asked for."""
    rows = [row(number) for number in range(SITES)]
    with Sandbox(rows, settings=SandboxSettings(page_size_cap=4)) as box, open_client(box) as client:
        assert client.export(lambda site: site.id) == ids()
        assert gets(box) == math.ceil(SITES / 4)


def test_an_export_keeps_what_keep_makes_of_a_row(box: Sandbox) -> None:
    """`keep` sees the whole row, unknown columns included."""
    box.put(row(3, **{"Site Name": "Neu"}))
    with open_client(box) as client:
        assert client.export(lambda site: site.name)[3] == "Neu"


def test_a_site_added_on_the_way_is_noticed(box: Sandbox) -> None:
    """The total changes between pages: the export is taken again, and is then complete."""
    box.faults.add(Fault("call", query=PAGE_2, call=lambda: box.put(row(500))))
    events: list[Event] = []
    with open_client(box, watch=events.append, concurrency=1) as client:
        assert sorted(client.export(lambda site: site.id)) == [*ids(), "site-500"]
    assert again(events) == ["the total went from 25 to 26 on the way"]


def test_sites_that_move_between_pages_are_noticed(box: Sandbox) -> None:
    """The total is steady, but one site is seen twice and another not at all."""

    def move() -> None:
        box.remove("site-020")
        box.put({**row(0), "Site ID": "site-0000"})

    box.faults.add(Fault("call", query=PAGE_2, call=move))
    events: list[Event] = []
    with open_client(box, watch=events.append, concurrency=1) as client:
        assert sorted(client.export(lambda site: site.id)) == sorted(box.rows())
    assert again(events) == ["site site-009 came twice"]


def test_a_403_on_a_later_page_is_an_error_and_no_part_is_returned(box: Sandbox) -> None:
    """Nor is it repeated."""
    box.faults.add(Fault("status", query=PAGE_3, status=403, nth=None))
    with open_client(box) as client, pytest.raises(StatusError) as caught:
        client.export(lambda site: site.id)
    assert caught.value.status == 403
    assert sum("p_number=3" in request.query for request in box.requests) == 1


def answer(rows: list[dict[str, Any]], total: int, pages: int, number: int) -> dict[str, Any]:
    return {"success": True, "data": rows, "p_number": number, "p_size": PAGE, "total": total, "total_pages": pages}


@pytest.mark.parametrize(
    ("page_2", "reason"),
    [
        (answer([row(n) for n in range(10, 19)], 25, 3, 2), "24 sites came, 25 were announced"),
        (answer([row(n) for n in range(9, 19)], 25, 3, 2), "site site-009 came twice"),
        (answer([row(n) for n in range(10, 21)], 25, 3, 2), "site site-020 came twice"),
        (answer([], 25, 3, 2), "page 2 of 3 is empty"),
        (answer([row(n) for n in range(10, 20)], 24, 3, 2), "total went from 25 to 24"),
        (answer([row(n) for n in range(10, 20)], 25, 3, 1), "page 1 came where page 2 was asked for"),
    ],
)
def test_a_lie_on_a_page_is_taken_again_and_then_an_error(box: Sandbox, page_2: dict[str, Any], reason: str) -> None:
    """The lie is a short page, a duplicate, an empty page, another total, or the wrong page."""
    lie = Fault("status", query=PAGE_2, status=200, body=page_2, nth=None)
    box.faults.add(lie)
    with open_client(box) as client, pytest.raises(IncompleteExportError, match=reason):
        client.export(lambda site: site.id)
    assert sum("p_number=1" in request.query for request in box.requests) == TRIES
    box.faults.clear()
    events: list[Event] = []
    box.faults.add(Fault("status", query=PAGE_2, status=200, body=page_2))
    with open_client(box, watch=events.append) as client:
        assert client.export(lambda site: site.id) == ids()
    assert len(again(events)) == 1


@pytest.mark.parametrize("id", [None, "", " "])
def test_a_site_without_an_id_is_counted_and_left_out(box: Sandbox, id: str | None) -> None:
    """It was made in the web application; the others are exported all the same."""
    rows = [*(row(n) for n in range(10, 19)), {"Site ID": id, "Site Name": "nobody"}]
    box.faults.add(Fault("status", query=PAGE_2, status=200, body=answer(rows, 25, 3, 2)))
    events: list[Event] = []
    with open_client(box, watch=events.append) as client:
        found = client.export(lambda site: site.id)
    assert len(found) == 24
    assert [event.count for event in events if isinstance(event, SitesWithoutId)] == [1]


def test_empty_pages_without_an_end_are_given_up_at_the_first(box: Sandbox) -> None:
    """Five million pages are announced, and nothing is on them."""
    box.faults.add(Fault("status", status=200, body=answer([], 5_000_000, 5_000_000, 1), nth=None))
    before = len(box.requests)
    with open_client(box) as client, pytest.raises(IncompleteExportError, match="page 1 of 5,000,000 is empty"):
        client.export(lambda site: site.id)
    assert len(box.requests) - before < 60


def test_sites_are_asked_for_by_id(box: Sandbox) -> None:
    """Each once; an id that is not live is not there; the filter's odd characters survive the URL."""
    odd = "Ä &/+?%#=ß 12"
    box.put({**row(0), "Site ID": odd})
    with open_client(box) as client:
        found = client.export(lambda site: site.id, ids=["site-003", odd, "nowhere", "site-003"])
        assert sorted(found) == sorted(["site-003", odd])
        assert len(box.requests) == 1


def test_no_ids_cost_no_request(box: Sandbox) -> None:
    """If no site was touched, none is read."""
    with open_client(box) as client:
        assert client.export(lambda site: site.id, ids=[]) == []
    assert box.requests == []


def test_an_id_with_a_comma_can_not_be_asked_for(box: Sandbox) -> None:
    """The API would ask for two others."""
    with open_client(box) as client, pytest.raises(InputError, match="comma"):
        client.export(lambda site: site.id, ids=["a,b"])
    assert box.requests == []


def test_many_long_ids_are_split_so_that_no_url_is_too_long() -> None:
    """Each chunk is a complete export of its own."""
    rows = [{**row(number), "Site ID": f"{number:03}-{'é' * 60}"} for number in range(40)]
    with Sandbox(rows, settings=SandboxSettings(max_url_bytes=2100)) as box, open_client(box) as client:
        wanted = [entry["Site ID"] for entry in rows]
        assert client.export(lambda site: site.id, ids=wanted) == wanted
        assert {request.status for request in box.requests} == {200}


def test_a_server_that_ignores_the_filter_gives_only_what_was_asked_for(box: Sandbox) -> None:
    """Completeness is still checked."""
    everything = answer([row(n) for n in range(10)], 10, 1, 1)
    box.faults.add(Fault("status", status=200, body=everything, nth=None))
    with open_client(box) as client:
        assert client.export(lambda site: site.id, ids=["site-001", "site-777"]) == ["site-001"]


@given(st.lists(st.text(st.characters(exclude_characters=",", exclude_categories=["Cs"]), min_size=1, max_size=300)))
def test_chunks_hold_each_id_once_in_order_and_fit_a_url(wanted: list[str]) -> None:
    """Alone, an id may be longer than the bound."""
    asked = [site for site in wanted if site.strip()]
    chunks = list(chunked(asked, 7))
    assert [site for chunk in chunks for site in chunk] == list(dict.fromkeys(asked))
    for chunk in chunks:
        assert 1 <= len(chunk) <= 7
        assert len(chunk) == 1 or len(quote_plus(",".join(chunk))) <= MOST_QUERY


class Server:
    """Pages of a list that is edited before some of the fetches."""

    def __init__(self, edits: dict[int, Callable[[list[str]], None]]) -> None:
        self.sites = [f"s{number}" for number in range(12)]
        self.edits = edits
        self.fetches = 0

    def fetch(self, query: Any) -> Page:
        self.fetches += 1
        self.edits.get(self.fetches, lambda sites: None)(self.sites)
        number = int(query["p_number"])
        rows = [{"Site ID": site} for site in self.sites[(number - 1) * 5 : number * 5]]
        return Page(rows, number, math.ceil(len(self.sites) / 5), len(self.sites))


EDITS = st.sampled_from(
    [
        lambda sites: sites.append(f"n{len(sites)}"),
        lambda sites: sites.insert(0, f"m{len(sites)}"),
        lambda sites: sites.pop(0) if sites else None,
        lambda sites: sites.reverse(),
        lambda sites: sites.sort(),
    ]
)


@hypothesis_settings(max_examples=60)
@given(st.dictionaries(st.integers(1, 14), EDITS, max_size=5))
def test_editing_meanwhile_never_yields_an_export_with_a_wrong_count(edits: Any) -> None:
    """Unique ids, as many as were announced throughout; or an error."""
    server = Server(edits)
    try:
        with ThreadPoolExecutor(1) as pool:
            found = Export(server.fetch, pool, 5, 1, lambda reason, attempt: None, lambda count: None).take(
                lambda site: site.id
            )
    except IncompleteExportError:
        return
    assert len(set(found)) == len(found)
    assert len(found) == len(server.sites) or server.fetches < max(edits, default=0)


def test_a_large_export_keeps_only_what_is_kept() -> None:
    """Pages are fetched ahead within a bound: memory grows with what is kept, not with the text of all pages."""
    import tracemalloc

    text = "x" * 2000

    def fetch(query: Any) -> Page:
        number = int(query["p_number"])
        content = json.dumps([{"Site ID": f"{number}-{place}", "Site Name": text + str(place)} for place in range(100)])
        return Page(json.loads(content), number, 200, 20_000)

    tracemalloc.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            found = Export(fetch, pool, 100, 4, lambda reason, attempt: None, lambda count: None).take(
                lambda site: hash(site.name)
            )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found) == 20_000
    assert peak < 20_000_000, "all pages together would be 40 MB of text and more of objects"


def test_a_server_that_announces_a_thousand_million_pages_is_asked_for_few() -> None:
    """Pages are asked for as they are read: what a server announces costs neither memory nor requests."""
    asked: list[str] = []

    def fetch(query: Any) -> Page:
        asked.append(query["p_number"])
        return Page([{"Site ID": "one"}], None, 10**9, 10**9)

    with ThreadPoolExecutor(4) as pool, pytest.raises(IncompleteExportError, match="came twice"):
        Export(fetch, pool, PAGE, 4, lambda reason, attempt: None, lambda count: None).take(str)
    assert len(asked) <= TRIES * 7
