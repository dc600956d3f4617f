"""`plan`: the plan file, what makes a change, `--live`, `--only`, and its exit codes."""

from __future__ import annotations

import datetime
import hashlib
import json
import re

import jsonschema
import pytest

from tests.contract.stub import Fault
from tests.contract.test_commands import SCHEMAS
from tests.contract.test_hours import entry
from tests.contract.world import World, row

SITE = "id: site-123\nname: Downtown Store\n"
TOP = {"format", "format_version", "dfsync_version", "created_at", "target", "source", "summary"}


def test_the_plan_file(world: World) -> None:
    """The plan file has the shape of the contract and fits its schema."""
    world.site(SITE + "operational_hours: {Mon-Fri: 09:00-20:59}\n", "downtown")
    world.site("id: new\nname: New\ngroups: [B, A]\ncontacts: [{email: a@example.com, name: Ada}]\n", "new")
    world.site("id: same\nname: Same\n", "same")
    hours = [entry("Mon Tue Wed Thu Fri", "09:00", "18:59")]
    plan = world.plan(row(Operational_Hours=hours), row("same", "Same"), row("site-9", "Old Store"))
    jsonschema.validate(plan, json.loads((SCHEMAS / "plan.schema.json").read_text()))
    assert TOP | {"changes", "unmanaged", "digest"} <= set(plan)
    assert (plan["format"], plan["format_version"]) == ("dfsync/plan", 1)
    assert re.fullmatch(r"[0-9T:.-]+Z", plan["created_at"])
    assert set(plan["target"]) == {"name", "customer_id", "base_url"}
    assert plan["source"] == {"commit": None, "dirty": None}
    expected = {"create": 1, "update": 1, "unchanged": 1, "unmanaged": 1, "contacts_create": 1, "contacts_update": 0}
    assert plan["summary"] == expected
    assert plan["unmanaged"] == [{"id": "site-9", "name": "Old Store"}]
    create, update, contact = sorted(plan["changes"], key=lambda change: (change["kind"] == "contact", change["id"]))
    assert set(update) >= {"kind", "action", "id", "name", "source", "live_digest", "fields"}
    assert (update["kind"], update["action"], update["id"], update["name"]) == (
        "site",
        "update",
        "site-123",
        "Downtown Store",
    )
    assert update["source"] == {"file": "sites/downtown.yaml", "line": 1}
    assert re.fullmatch("sha256:[0-9a-f]{64}", update["live_digest"])
    assert update["fields"] == [
        {
            "field": "operational_hours",
            "column": "Operational Hours",
            "before": hours,
            "after": [entry("Mon Tue Wed Thu Fri", "09:00", "20:59")],
            "cause": "change",
        }
    ]
    assert (create["action"], create["id"]) == ("create", "new")
    assert {one["field"]: one["before"] for one in create["fields"]}["name"] is None
    assert {one["field"] for one in create["fields"]} >= {"name", "groups"}
    groups = next(one for one in create["fields"] if one["field"] == "groups")
    assert set(groups["after"]) == {"A", "B"}
    assert (contact["kind"], contact["action"]) == ("contact", "create")


def test_the_digest_covers_everything_else(world: World) -> None:
    """The digest covers everything else in the file: any altered value is refused (4), before a token is asked for."""
    world.site(SITE)
    world.ok("plan", "--out", "plan.json")
    plan = world.read("plan.json")
    assert re.fullmatch("sha256:[0-9a-f]{64}", plan["digest"])
    field = {**plan["changes"][0]["fields"][0], "after": "Evil"}
    for altered in (
        {"changes": [{**plan["changes"][0], "fields": [field]}]},
        {"changes": []},
        {"summary": {**plan["summary"], "create": 0}},
        {"target": {**plan["target"], "customer_id": 124}},
        {"source": {**plan["source"], "dirty": True}},
        {"created_at": "2020-01-01T00:00:00Z"},
        {"extra": 1},
        {"digest": "sha256:" + hashlib.sha256(b"x").hexdigest()},
    ):
        world.write({"altered.json": json.dumps({**plan, **altered})})
        refused = world.apply("altered.json", DFSYNC_TOKEN="")
        assert (refused.code, "altered" in refused.err) == (4, True)
        assert world.dfsync("render", "altered.json", "--out", "out").code == 4
    world.api.asked.clear()
    assert world.apply("altered.json").code == 4
    assert world.api.asked == []


def test_the_same_values_in_another_layout(world: World) -> None:
    """A plan is JSON: another layout of the same values is the same plan."""
    world.site(SITE)
    world.ok("plan", "--out", "plan.json")
    world.write({"plan.json": json.dumps(world.read("plan.json"), sort_keys=True)})
    assert world.apply("plan.json").code == 0


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": "dfsync/receipt"}', "null"])
def test_what_is_no_plan(world: World, text: str) -> None:
    """A file that is no plan, and one that is missing, is 1 (or 4): nothing is sent."""
    world.site(SITE)
    world.write({"plan.json": text})
    assert world.apply("plan.json").code == 1
    assert world.apply("nowhere.json").code == 1
    assert world.dfsync("render", "nowhere.json", "--out", "o").code == 1
    assert world.api.imports() == []


def test_clears_and_values(world: World) -> None:
    """A clear has `after` null; `field` names are those of the YAML, dotted."""
    world.site(SITE + "escalation_path: null\naddress: {postal_code: 02134}\nshipping_address: {city: X}\n")
    assert world.change(row(Escalation_Path="Ops", Address_Postal_Code="2134")) == {
        "escalation_path": ("Ops", None),
        "address.postal_code": ("2134", "02134"),
        "shipping_address.city": (None, "X"),
    }


def test_an_address_that_is_null(world: World) -> None:
    """null means empty: for the whole of an address as for each part."""
    world.site(SITE + "address: {city: null}\n")
    assert world.change(row(Address_City="X", Address_State="CA")) == {"address.city": ("X", None)}


def test_internal_id_is_never_sent(world: World) -> None:
    """internal_id is the integer id of the traffic API, and is never sent to import."""
    world.site(SITE + "internal_id: 750\nx-note: mine\n")
    assert world.change(row()) == {}
    assert world.rendered()["sites.001.csv"][0] == ["Site ID", "Site Name"]


def test_exit_codes(world: World) -> None:
    """0 with changes; `--detailed-exitcode`: 2 with changes, 0 without; 1 on errors."""
    world.site(SITE)
    assert world.dfsync("plan").code == 0
    assert world.dfsync("plan", "--detailed-exitcode").code == 2
    world.api.put("site-123", "Downtown Store")
    assert world.dfsync("plan", "--detailed-exitcode").code == 0
    world.api.faults = [Fault("/sites/export", 404, times=9)]
    assert world.dfsync("plan", "--detailed-exitcode").code == 1


@pytest.mark.parametrize("format", ["text", "json", "markdown", "html"])
def test_formats(world: World, format: str) -> None:
    """`--format text|json|markdown|html`; stdout holds the result alone."""
    world.site(SITE)
    outcome = world.ok("plan", "--format", format, "--out", "plan.json")
    assert "site-123" in outcome.out
    if format == "json":
        saved = (world.root / "plan.json").read_text()
        assert json.loads(outcome.out) == json.loads(saved)
    if format == "html":
        assert outcome.out.lstrip().lower().startswith("<!doctype html")


def test_only(world: World) -> None:
    """`--only GLOB` takes site ids and may be repeated."""
    for name in ("us-1", "us-2", "eu-1", "jp-1"):
        world.site(f"id: {name}\nname: {name}\ncontacts: [{{email: {name}@example.com}}]\n", name)
    plan = world.plan(options=("--only", "us-*", "--only", "jp-1", "--show-contacts"))
    assert {change["id"].partition("/")[0] for change in plan["changes"]} == {"us-1", "us-2", "jp-1"}
    assert world.apply("--only", "eu-*").code == 0
    assert set(world.api.sites) == {"eu-1"}
    assert {line[0] for sheet in world.api.sheets("site_contacts") for line in sheet[1:]} == {"eu-1"}


def test_live_forms(world: World) -> None:
    """`--live FILE` reads the joined export, a single page, or a bare list."""
    world.site(SITE)
    rows = [row()]
    page = {"success": True, "data": rows, "p_number": 1, "p_size": 100, "total_pages": 1, "total": 1}
    for document in (rows, {"success": True, "data": rows, "total": 1}, page):
        world.write({"live.json": json.dumps(document)})
        outcome = world.ok("plan", "--live", "live.json", "--format", "json", DFSYNC_TOKEN="")
        assert outcome.json["changes"] == []
    assert world.api.asked == []


@pytest.mark.parametrize(
    "document",
    [
        {"success": True, "data": [row()], "p_number": 1, "p_size": 1, "total_pages": 3, "total": 3},
        {"success": True, "data": [row("b", "B")], "p_number": 2, "p_size": 1, "total_pages": 2, "total": 2},
        {"success": True, "data": [row()], "total": 2},
        [row(), row()],
        {"success": True, "data": [row(), row()], "total": 2},
        {"success": False, "data": [row()]},
        {"hello": "world"},
        "text",
        [[1]],
    ],
)
def test_live_refusals(world: World, document: object) -> None:
    """`--live`: a single page of several, or a site id twice, is refused (1)."""
    world.site(SITE)
    world.write({"live.json": json.dumps(document)})
    outcome = world.dfsync("plan", "--live", "live.json")
    assert outcome.code == 1
    assert outcome.out == ""
    assert world.dfsync("render", "--live", "live.json", "--out", "out").code == 1


def test_live_rows_without_an_id(world: World) -> None:
    """Live rows without a Site ID are counted and reported, and nothing stops because of them."""
    world.site(SITE)
    world.write({"live.json": json.dumps([row(), {"Site Name": "No id"}])})
    outcome = world.ok("plan", "--live", "live.json")
    assert "1 live site has no Site ID" in outcome.err


def test_live_that_is_missing(world: World) -> None:
    """A missing input file is 1."""
    world.site(SITE)
    assert world.dfsync("plan", "--live", "nowhere.json").code == 1
    world.write({"live.json": "<html>"})
    assert world.dfsync("plan", "--live", "live.json").code == 1


def test_all_pages(world: World) -> None:
    """All pages are read, whatever the page size the server grants."""
    for number in range(25):
        world.api.put(f"s{number}", f"S{number}")
        world.site(f"id: s{number}\nname: S{number}\n", f"s{number}")
    for cap in (1000, 25, 24, 7, 1):
        world.api.page_cap = cap
        plan = world.ok("plan", "--format", "json").json
        assert plan["summary"]["unchanged"] == 25, cap
        assert plan["changes"] == []


def test_page_size_is_a_setting(world: World) -> None:
    """`api: {page_size: 500}` sets the number of sites of a page."""
    world.site(SITE)
    world.ok("plan")
    assert world.api.asked[-1].query["p_size"] == "500"
    world.config("api: {page_size: 7}\n")
    world.ok("plan")
    assert world.api.asked[-1].query["p_size"] == "7"
    assert world.api.asked[-1].headers["authorization"].startswith("Bearer ")


@pytest.mark.parametrize("fault", [403, 404, 400, 409])
def test_a_refused_page_is_an_error(world: World, fault: int) -> None:
    """An export page refused with 403 is an error; other 4xx do not repeat."""
    world.api.page_cap = 1
    world.site(SITE)
    for name in ("a", "b", "c"):
        world.api.put(name)
    world.api.faults = [Fault("/sites/export", fault, times=99, only=lambda asked: asked.query["p_number"] == "2")]
    outcome = world.dfsync("plan", "--format", "json")
    assert (outcome.code, outcome.json["format"], outcome.json["exit_code"]) == (1, "dfsync/error", 1)


def test_a_live_site_without_an_id_stops_nothing(world: World) -> None:
    """It cannot be managed: dfsync counts it, says so, and goes on."""
    world.site(SITE)
    world.write({"live.json": json.dumps([row(), {"Site Name": "No id"}])})
    outcome = world.ok("plan", "--live", "live.json", "--format", "json", DFSYNC_TOKEN="")
    assert outcome.json["summary"]["unmanaged"] == 0
    assert "1 live site has no Site ID" in outcome.err


@pytest.mark.parametrize("status", [500, 502, 503, 429, None])
def test_faults_on_the_way_are_retried(world: World, status: int | None) -> None:
    """429, 5xx and network faults back off and go on."""
    world.site(SITE)
    headers = {"Retry-After": "0"} if status == 429 else {}
    world.api.faults = [Fault("/sites/export", status, headers, times=2)]
    assert world.ok("plan", "--format", "json").json["summary"]["create"] == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"",
        b"[]",
        b'{"success": true}',
        b'{"success": false, "data": []}',
        b'{"success": true, "data": [',
        b'{"success": true, "data": [], "p_number": 1, "p_size": 100, "total_pages": 1, "total": 5}',
    ],
)
def test_answers_that_are_none(world: World, body: bytes) -> None:
    """An answer that is not what the documents show is an error, and never half believed."""
    world.site(SITE)
    world.config("api: {retry_s: 1}\n")
    world.api.faults = [Fault("/sites/export", 200, {}, body, times=999)]
    outcome = world.dfsync("plan", "--format", "json")
    assert (outcome.code, outcome.json["format"], outcome.json["exit_code"]) == (1, "dfsync/error", 1)


def test_a_server_that_is_down(world: World) -> None:
    """A server that is down ends in one clear error within the bound `retry_s`."""
    world.site(SITE)
    world.config("api: {retry_s: 1}\n")
    outcome = world.dfsync("plan", DFSYNC_BASE_URL="http://127.0.0.1:9")
    assert outcome.code == 1
    assert outcome.out == ""


@pytest.mark.parametrize("empty", [None, "", ...])
def test_how_the_server_shows_empty(world: World, empty: object) -> None:
    """null, "" and a missing key of the export are the same emptiness, over HTTP too."""
    world.api.empty = empty
    world.api.put("site-123", "Downtown Store")
    world.site(SITE + "escalation_path: null\noperational_hours: []\ngroups: []\naddress: {city: null}\n")
    assert world.dfsync("plan", "--detailed-exitcode").code == 0


def test_hours_as_text(world: World) -> None:
    """Hours that the export shows as JSON text are hours."""
    world.api.hours_as_text = True
    world.api.put("site-123", "Downtown Store", Operational_Hours=[entry("Mon", "09:00", "10:00")])
    world.site(SITE + "operational_hours: {Mon: 09:00-10:00}\n")
    assert world.dfsync("plan", "--detailed-exitcode").code == 0


def test_unmanaged_is_never_touched(world: World) -> None:
    """A live site that no file describes is unmanaged, reported and never touched."""
    world.api.put("other", "Other")
    world.site(SITE)
    assert "other" in world.ok("plan").out
    assert world.apply().code == 0
    assert world.api.sites["other"] == {"Site ID": "other", "Site Name": "Other"}
    assert {line[0] for sheet in world.api.sheets() for line in sheet[1:]} == {"site-123"}


def test_source_commit(world: World) -> None:
    """`source`: the commit, or null; dirty when files differ from it."""
    world.site(SITE)
    world.commit()
    live = ("--live", "../live.json")
    (world.root.parent / "live.json").write_text("[]")
    plan = world.ok("plan", *live, "--format", "json").json
    assert plan["source"] == {"commit": world.git("rev-parse", "HEAD").strip(), "dirty": False}
    world.site(SITE + "currency: USD\n")
    assert world.ok("plan", *live, "--format", "json").json["source"]["dirty"] is True


def test_contacts_are_masked(world: World) -> None:
    """Plans and reports show contact ids masked unless `--show-contacts`; the saved plan holds what apply must send."""
    world.site(SITE + "contacts: [{email: ada.lovelace@example.com, name: Ada Lovelace, phone: '+1 415 555 0100'}]\n")
    for format in ("text", "markdown", "html"):
        out = world.ok("plan", "--format", format).out
        assert "ada.lovelace@example.com" not in out
        assert "ada.lovelace@example.com" in world.ok("plan", "--format", format, "--show-contacts").out
    world.ok("plan", "--out", "plan.json")
    assert "ada.lovelace@example.com" in (world.root / "plan.json").read_text()


def test_a_contacts_id(world: World) -> None:
    """A contact's `kind` is `contact`, its `id` the key's values joined by `/`."""
    world.site(SITE + "contacts: [{email: ada@example.com}]\n")
    world.ok("plan", "--out", "plan.json")
    contact = next(change for change in world.read("plan.json")["changes"] if change["kind"] == "contact")
    assert contact["id"] == "site-123/ada@example.com"
    assert contact["action"] == "create"


def test_plan_shows_a_limit_and_does_not_refuse(world: World) -> None:
    """`plan` shows a plan that exceeds a limit, and says so; only apply refuses."""
    world.config("limits: {max_creates: 1}\n")
    for name in ("a1", "b2"):
        world.site(f"id: {name}\nname: Store {name}\n", name)
    outcome = world.ok("plan")
    assert "--accept creates=2" in outcome.all
    assert world.apply().code == 5


def test_created_at_is_now(world: World) -> None:
    """`created_at` is the time in UTC."""
    world.site(SITE)
    created = datetime.datetime.fromisoformat(world.plan()["created_at"])
    assert abs(datetime.datetime.now(datetime.UTC) - created) < datetime.timedelta(minutes=2)


def test_nothing_from_live_forms_a_workflow_command(world: World) -> None:
    """Nothing from data may form a workflow command in any report."""
    from tests.support.ci_runner import commands

    world.site(SITE + "escalation_path: '##[error]x'\n")
    live = world.live(row(name="::add-mask::x"), row("##[add-path]/tmp", "  ::error::y"))
    for format in ("text", "json", "markdown", "html"):
        outcome = world.ok("plan", "--live", live, "--format", format)
        assert commands(outcome.out) == []
        assert commands(outcome.err) == []
