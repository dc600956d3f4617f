"""`apply`: what it promises, its guards, its exit codes, its receipt."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest

from tests.contract.stub import REFRESH, TOKEN, Fault
from tests.contract.test_commands import SCHEMAS
from tests.contract.test_hours import entry
from tests.contract.world import World

SITE = "id: site-123\nname: Downtown Store\n"


def sites(world: World, count: int, more: str = "") -> None:
    """Write sites s00, s01, …"""
    for number in range(count):
        world.site(f"id: s{number:02}\nname: Store {number:02}\n{more}", f"s{number:02}")


def live(world: World, count: int, **columns: object) -> None:
    """Put sites s00, s01, … live."""
    for number in range(count):
        world.api.put(f"s{number:02}", f"Store {number:02}", **columns)


def outcomes(world: World) -> dict[str, str]:
    """Return the outcome of each row of the receipt by id."""
    return {one["id"]: one["outcome"] for one in world.receipt()["rows"]}


def sent_ids(world: World) -> list[list[str]]:
    """Return the ids of each uploaded sheet of sites."""
    return [[line[0] for line in sheet[1:]] for sheet in world.api.sheets()]


def test_apply_makes_live_what_the_files_say(world: World) -> None:
    """After apply, plan is empty; live shows what was planned."""
    world.api.put("site-123", "Old Name", Currency="USD")
    world.site(SITE + "currency: EUR\noperational_hours: {Mon: 09:00-10:00}\ngroups: [A]\n")
    assert world.apply().code == 0
    assert world.api.sites["site-123"]["Currency"] == "EUR"
    assert world.api.sites["site-123"]["Operational Hours"] == [entry("Mon", "09:00", "10:00")]
    assert world.dfsync("plan", "--detailed-exitcode").code == 0
    world.api.asked.clear()
    assert world.apply().code == 0
    assert world.api.imports() == []


def test_the_request(world: World) -> None:
    """It is a POST of multipart/form-data with the form field `sites`, and the token is a Bearer token."""
    world.site(SITE)
    assert world.apply().code == 0
    (asked,) = world.api.imports()
    assert asked.path == "/customer/123/sites/import"
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert set(asked.files) == {"sites"}
    assert {one.method for one in world.api.asked} == {"GET", "POST"}


def test_the_receipt(world: World) -> None:
    """The receipt has the shape of the contract, fits its schema, and holds no token."""
    world.site(SITE + "contacts: [{email: ada@example.com, name: Ada}]\n", "a")
    world.site("id: bad\nname: Bad\ncurrency: EUR\n", "b")
    world.api.judge = lambda row: ("Currency", "no such currency here") if row["Site ID"] == "bad" else None
    assert world.apply(DFSYNC_REFRESH_TOKEN=REFRESH).code == 3
    receipt = world.receipt()
    jsonschema.validate(receipt, json.loads((SCHEMAS / "receipt.schema.json").read_text()))
    keys = {"format", "format_version", "target", "plan_digest", "started_at", "finished_at", "summary", "rows"}
    assert keys <= set(receipt)
    assert (receipt["format"], receipt["format_version"]) == ("dfsync/receipt", 1)
    assert receipt["target"]["customer_id"] == 123
    assert receipt["summary"] == {"applied": 2, "rejected": 1, "unverified": 0, "not_sent": 0}
    row_keys = {"kind", "id", "action", "outcome", "message", "source", "field", "batch", "request_id"}
    assert all(row_keys <= set(one) for one in receipt["rows"])
    bad = next(one for one in receipt["rows"] if one["id"] == "bad")
    assert (bad["kind"], bad["action"], bad["outcome"]) == ("site", "create", "rejected")
    assert "no such currency here" in bad["message"]
    assert bad["source"]["file"] == "sites/b.yaml"
    assert bad["source"]["line"] == 3
    assert bad["field"] == "currency"
    contact = next(one for one in receipt["rows"] if one["kind"] == "contact")
    assert contact["outcome"] == "applied"
    assert contact["message"]
    text = (world.root / "receipt.json").read_text()
    assert TOKEN not in text
    assert REFRESH not in text
    assert "ada@example.com" not in text


@pytest.mark.parametrize("base", [0, 1, 2, 3, 10])
def test_row_errors_of_any_base(world: World, base: int) -> None:
    """Every row error is shown with the file, line and field it came from, whatever base the server counts from."""
    world.api.row_base = base
    sites(world, 6, "currency: EUR\ntimezone: America/New_York\n")
    rejected = {"s00", "s03", "s05"}
    world.api.judge = lambda row: ("Currency", "not here") if row["Site ID"] in rejected else None
    outcome = world.apply()
    assert outcome.code == 3
    assert outcomes(world) == {
        f"s{number:02}": "rejected" if f"s{number:02}" in rejected else "applied" for number in range(6)
    }
    for one in world.receipt()["rows"]:
        if one["outcome"] == "rejected":
            assert one["field"] == "currency"
            assert one["source"]["file"] == f"sites/{one['id']}.yaml"
            assert "not here" in one["message"]
            assert f"sites/{one['id']}.yaml" in outcome.all


@pytest.mark.parametrize("base", [1, 2])
def test_a_row_error_is_found_by_its_value(world: World, base: int) -> None:
    """A message that names the site, and a value, tell which row it was."""
    world.api.row_base = base
    for name, currency in (("a", "USD"), ("b", "EUR"), ("c", "GBP")):
        world.site(f"id: {name}\nname: Store {name}\ncurrency: {currency}\n", name)
    world.api.judge = lambda row: ("Currency", "nope") if row["Currency"] == "EUR" else None
    assert world.apply().code == 3
    assert outcomes(world) == {"a": "applied", "b": "rejected", "c": "applied"}


def test_several_errors_of_a_row(world: World) -> None:
    """A row lists its first error in `field` and all in `message`."""
    world.site(SITE + "currency: EUR\ntimezone: America/New_York\n")
    body = {
        "success": True,
        "data": {
            "data": {},
            "errors": {
                "sites": [
                    {"error_msg": "first wrong", "row": 2, "column": "Timezone", "value": "America/New_York"},
                    {"error_msg": "second wrong", "row": 2, "column": "Currency", "value": "EUR"},
                ],
                "site_contacts": [],
            },
        },
    }
    world.api.faults = [Fault("/sites/import", 200, body=json.dumps(body).encode())]
    assert world.apply().code == 3
    (row,) = world.receipt()["rows"]
    assert row["field"] == "timezone"
    assert "first wrong" in row["message"]
    assert "second wrong" in row["message"]


def test_success_is_what_a_fresh_export_shows(world: World) -> None:
    """Afterwards touched sites are compared, field by field; what is not as planned is listed and exits 3."""
    world.site(SITE + "currency: EUR\n")
    world.api.rewrite = lambda row: {**row, "Currency": "USD"}
    outcome = world.apply()
    assert outcome.code == 3
    (row,) = world.receipt()["rows"]
    assert row["outcome"] != "applied"
    assert "currency" in outcome.all.lower()


def test_what_the_server_spells_differently_is_equal(world: World) -> None:
    """What the server only spelled differently is equal."""
    hours = [entry("Tue Mon", "09:00", "09:30"), entry("Mon Tue", "09:31", "10:00")]
    world.api.rewrite = lambda row: {
        **row,
        "Site Name": f" {row['Site Name']}  ",
        "Site Groups": "B, A",
        "Operational Hours": hours,
    }
    world.api.hours_as_text = True
    world.site(SITE + "groups: [A, B]\noperational_hours: {Mon-Tue: 09:00-10:00}\n")
    assert world.apply().code == 0
    assert world.dfsync("plan", "--detailed-exitcode").code == 0


def test_no_verify(world: World) -> None:
    """`--no-verify` ends with 0 when nothing was rejected; rows are not claimed to be verified."""
    world.site(SITE)
    before = len(world.api.requests("/export"))
    assert world.apply("--no-verify").code == 0
    assert world.api.asked[-1].path.endswith("/import")
    assert before == 0
    world.site("id: bad\nname: Bad\n", "b")
    world.api.judge = lambda row: ("Site Name", "no") if row["Site ID"] == "bad" else None
    assert world.apply("--no-verify").code == 3


def test_without_a_terminal(world: World) -> None:
    """Approval declined or impossible is 1, and nothing is sent; the receipt is written all the same."""
    world.site(SITE)
    outcome = world.dfsync("apply", "--receipt", "receipt.json")
    assert outcome.code == 1
    assert world.api.imports() == []
    assert outcomes(world) == {"site-123": "not_sent"}
    assert world.process("apply", input="y\n").code == 1
    assert world.api.imports() == []


def test_a_saved_plan_needs_no_approval(world: World) -> None:
    """A saved plan is applied exactly as saved, without being asked for; other files may have changed since."""
    world.api.put("other", "Other")
    world.site(SITE)
    world.ok("plan", "--out", "plan.json")
    world.site("id: other\nname: Changed Since\n", "other")
    assert world.dfsync("apply", "plan.json").code == 0
    assert sent_ids(world) == [["site-123"]]


def test_a_saved_plan_of_files_that_changed(world: World) -> None:
    """A plan is applied exactly as saved, or not at all: a touched site whose file asks for something else is stale."""
    world.site(SITE)
    world.ok("plan", "--out", "plan.json")
    world.site("id: site-123\nname: Changed Since\n")
    assert world.dfsync("apply", "plan.json").code == 4
    assert world.api.imports() == []


def test_a_saved_plan_of_some(world: World) -> None:
    """A plan that was saved with --only sends those sites and no others."""
    sites(world, 4)
    world.ok("plan", "--only", "s01", "--only", "s03", "--out", "plan.json")
    assert world.apply("plan.json").code == 0
    assert sent_ids(world) == [["s01", "s03"]]


@pytest.mark.parametrize("column", ["Currency", "Escalation Path"])
def test_a_stale_plan(world: World, column: str) -> None:
    """Before anything is sent, apply re-reads the touched sites and refuses (4) if any differs."""
    world.api.put("site-123", "Old")
    world.site(SITE)
    world.ok("plan", "--out", "plan.json")
    world.api.sites["site-123"][column] = "Edited"
    assert world.apply("plan.json").code == 4
    assert world.api.imports() == []


def test_a_create_that_exists_by_now(world: World) -> None:
    """A create whose site is live by now is stale (4)."""
    world.site(SITE)
    world.ok("plan", "--out", "plan.json")
    world.api.put("site-123", "Other")
    assert world.apply("plan.json").code == 4
    assert world.api.imports() == []


def test_an_untouched_site_may_change(world: World) -> None:
    """Only the touched sites make a plan stale, and another spelling does not."""
    world.api.put("site-123", "Old", Operational_Hours=[entry("Mon Tue", "09:00", "10:00")])
    world.api.put("other", "Other")
    world.site(SITE)
    world.ok("plan", "--out", "plan.json")
    world.api.put("other", "Edited")
    hours = [entry("Tue", "09:00", "10:00"), entry("Mon", "09:00", "10:00")]
    world.api.sites["site-123"].update({"Operational Hours": hours, "Escalation Path": ""})
    assert world.apply("plan.json").code == 0


def test_a_plan_for_another_target(world: World) -> None:
    """4: the plan is for another target."""
    world.site(SITE)
    world.ok("plan", "--out", "plan.json")
    world.write({"dfsync.yaml": "version: 1\ntargets:\n  production: {customer_id: 124}\n"})
    assert world.apply("plan.json").code == 4
    world.write({"dfsync.yaml": "version: 1\ntargets:\n  production: {customer_id: 123}\n"})
    assert world.apply("plan.json", DFSYNC_BASE_URL="http://localhost:1").code == 4
    assert world.api.imports() == []


def test_an_applied_plan_is_stale(world: World) -> None:
    """A plan that was applied is not applied again."""
    world.site(SITE)
    world.ok("plan", "--out", "plan.json")
    assert world.apply("plan.json").code == 0
    world.api.asked.clear()
    assert world.apply("plan.json").code == 4
    assert world.api.imports() == []


@pytest.mark.parametrize(
    ("limits", "accept", "figure"),
    [
        ("max_creates: 2", "creates", 3),
        ("max_creates: 0", "creates", 3),
        ("max_updates: 3", "updates", 4),
        ("max_updates: 30%", "updates", 4),
        ("max_clears: 1", "clears", 2),
        ("max_creates: 20%", "creates", 3),
    ],
)
def test_limits(world: World, limits: str, accept: str, figure: int) -> None:
    """A refusal (5) shows the whole plan, the figure, and the exact words that let it through, and no other figure."""
    world.config(f"limits: {{{limits}}}\n")
    live(world, 10, Escalation_Path="Ops", Currency="USD")
    for number in range(10):
        more = ("currency: EUR\n" if number < 4 else "") + ("escalation_path: null\n" if number < 2 else "")
        world.site(f"id: s{number:02}\nname: Store {number:02}\n{more}", f"s{number:02}")
    for number, name in enumerate(("alpha", "beta", "gamma")):
        world.site(f"id: new-{name}\nname: New {name} {number}\n", name)
    outcome = world.apply()
    assert outcome.code == 5
    assert world.api.imports() == []
    assert f"--accept {accept}={figure}" in outcome.all
    assert "s00" in outcome.all
    assert "new-alpha" in outcome.all
    assert set(outcomes(world).values()) == {"not_sent"}
    for wrong in (figure - 1, figure + 1, 0, 9999):
        assert world.apply("--accept", f"{accept}={wrong}").code == 5
    assert world.api.imports() == []
    assert world.apply("--accept", f"{accept}={figure}").code == 0
    assert f"{accept}={figure}" in json.dumps(world.receipt())


def test_limits_that_hold(world: World) -> None:
    """A limit that is met exactly lets through; none by default."""
    live(world, 10)
    sites(world, 10, "currency: EUR\n")
    world.config("limits: {max_updates: 10, max_creates: 0}\n")
    assert world.apply().code == 0
    sites(world, 10, "currency: USD\n")
    world.config("")
    assert world.apply().code == 0


def test_a_percent_limit_never_refuses_a_single_change(world: World) -> None:
    """A percent limit never refuses a single change."""
    world.config("limits: {max_updates: 1%, max_creates: 1%, max_clears: 1%}\n")
    live(world, 3, Escalation_Path="Ops")
    world.site("id: s00\nname: Store 00\nescalation_path: null\n", "s00")
    assert world.apply().code == 0


def test_limits_are_computed_on_the_whole_target(world: World) -> None:
    """`limits` are computed on the whole target, also under `--only`."""
    world.config("limits: {max_updates: 3}\n")
    live(world, 10)
    sites(world, 10, "currency: EUR\n")
    outcome = world.apply("--only", "s00")
    assert outcome.code == 5
    assert "--accept updates=10" in outcome.all
    assert world.apply("--only", "s00", "--accept", "updates=1").code == 5
    assert world.apply("--only", "s00", "--accept", "updates=10").code == 0
    assert sent_ids(world) == [["s00"]]


def test_limits_count_contacts_apart(world: World) -> None:
    """Limits count all pending changes of the target, contacts apart."""
    world.config("limits: {max_creates: 1, max_updates: 1}\n")
    contacts = ", ".join(f"{{email: c{number}@example.com}}" for number in range(5))
    world.site(SITE + f"contacts: [{contacts}]\n")
    assert world.apply().code == 0


def test_limits_hold_for_a_saved_plan(world: World) -> None:
    """Limits refuse a saved plan too."""
    world.config("limits: {max_creates: 1}\n")
    sites(world, 2)
    world.ok("plan", "--out", "plan.json")
    assert world.apply("plan.json").code == 5
    assert world.apply("plan.json", "--accept", "creates=2").code == 0


@pytest.mark.parametrize("new", ["SITE-1", "site 1", "site1", "site-01", "site_1", "Site.1", "site--1"])
def test_a_create_that_looks_like_a_slip(world: World, new: str) -> None:
    """Refused: its id differs from a live id only in case, spaces, punctuation or leading zeros."""
    world.api.put("site-1", "One")
    world.site(f"id: {new}\nname: Another\n")
    outcome = world.apply()
    assert outcome.code == 5
    assert world.api.imports() == []
    assert re.search(f"--accept '?create={re.escape(new)}", outcome.all)
    assert world.apply("--accept", "create=site-124").code == 5
    assert world.apply("--accept", f"create={new}").code == 0


def test_a_create_that_looks_like_another_desired_one(world: World) -> None:
    """Its id looks like that of another desired site."""
    world.site("sites: [{id: shop-7, name: A}, {id: shop-07, name: B}]\n")
    outcome = world.apply()
    assert outcome.code == 5
    assert world.api.imports() == []
    if outcome.code == 5:
        assert world.apply("--accept", "lookalikes=2").code == 0


def test_a_renamed_id(world: World) -> None:
    """Refused: a live site that no file describes has the same name and address."""
    address = {"Address_Street": "1 Main St", "Address_City": "Tyler"}
    world.api.put("old-id", "Downtown Store", **address)
    world.site("id: brand-new\nname: Downtown Store\naddress: {street: 1 Main St, city: Tyler}\n")
    outcome = world.apply()
    assert outcome.code == 5
    assert "old-id" in outcome.all
    assert "--accept create=brand-new" in outcome.all
    world.site("id: old-id\nname: Downtown Store\n", "old")
    assert world.apply().code == 0


def test_look_alikes_at_once(world: World) -> None:
    """Look-alike creates pass one by one, or all together with `--accept lookalikes=N`."""
    for name in ("a-1", "b-1", "c-1"):
        world.api.put(name, f"Live {name}")
        world.site(f"id: {name.replace('-', '')}\nname: New {name}\n", name)
    assert world.apply().code == 5
    assert world.apply("--accept", "lookalikes=2").code == 5
    assert world.apply("--accept", "create=a1", "--accept", "create=b1").code == 5
    assert world.api.imports() == []
    assert world.apply("--accept", "create=a1", "--accept", "create=b1", "--accept", "create=c1").code == 0


def test_all_look_alikes(world: World) -> None:
    """`--accept lookalikes=N` with the plan's own figure lets all through."""
    for name in ("a-1", "b-1", "c-1"):
        world.api.put(name, f"Live {name}")
        world.site(f"id: {name.replace('-', '')}\nname: New {name}\n", name)
    assert world.apply("--accept", "lookalikes=3").code == 0


@pytest.mark.parametrize("left", [0, 4])
def test_a_shrunken_export(world: World, left: int) -> None:
    """An export that is empty, or less than half of the sites that state remembers, is refused without any setting."""
    sites(world, 10)
    assert world.apply().code == 0
    for name in sorted(world.api.sites)[left:]:
        del world.api.sites[name]
    world.api.asked.clear()
    outcome = world.apply()
    assert outcome.code == 5
    assert world.api.imports() == []
    assert f"--accept live={left}" in outcome.all
    assert world.apply("--accept", f"live={left + 1}").code == 5
    assert world.apply("--accept", f"live={left}").code == 0
    assert len(world.api.sites) == 10


def test_half_is_no_shrunken_export(world: World) -> None:
    """Half of the sites that state remembers is not less than half."""
    sites(world, 10)
    assert world.apply().code == 0
    for name in sorted(world.api.sites)[5:]:
        del world.api.sites[name]
    assert world.apply().code == 0


def test_a_first_apply_to_an_empty_organisation(world: World) -> None:
    """A first apply to an empty organisation is no shrunken export."""
    sites(world, 3)
    assert world.apply().code == 0


def test_contacts_are_remembered(world: World) -> None:
    """What was last sent for a contact is known from state: sent once, again when it changes, only what changes."""
    contact = "contacts: [{email: ada@example.com, name: Ada, phone: '1'}]\n"
    world.site(SITE + contact)
    assert world.apply().code == 0
    assert len(world.api.sheets("site_contacts")) == 1
    assert world.apply().code == 0
    assert len(world.api.sheets("site_contacts")) == 1
    world.site(SITE + contact.replace("'1'", "'2'"))
    plan = world.ok("plan", "--format", "json").json
    assert plan["summary"]["contacts_update"] == 1
    assert world.apply().code == 0
    header, cells = world.api.sheets("site_contacts")[-1]
    sent = dict(zip(header, cells, strict=True))
    assert sent == {"Site ID": "site-123", "Contact Email": "ada@example.com", "Contact Phone": "2"}


def test_left_behind_contacts(world: World) -> None:
    """`left_behind` lists contacts that state remembers and no file has."""
    world.site(SITE + "contacts: [{email: ada@example.com}]\n")
    assert world.apply().code == 0
    world.site(SITE)
    world.ok("plan", "--out", "plan.json")
    plan = world.read("plan.json")
    assert len(plan["left_behind"]) == 1
    assert plan["changes"] == []
    assert "ada@example.com" not in json.dumps(plan["left_behind"]), "state holds keyed digests only"


def test_unmanaged_that_once_was_managed(world: World) -> None:
    """An unmanaged site that once was managed says `"was_managed": true`."""
    world.api.put("never", "Never")
    world.site(SITE)
    world.site("id: second\nname: Second\n", "second")
    assert world.apply().code == 0
    (world.root / "sites/site.yaml").unlink()
    plan = world.ok("plan", "--format", "json").json
    assert plan["unmanaged"] == [
        {"id": "never", "name": "Never"},
        {"id": "site-123", "name": "Downtown Store", "was_managed": True},
    ]


def test_a_rejected_contact(world: World) -> None:
    """A contact's row error is shown, and the contact is sent again next time."""
    world.site(SITE + "contacts: [{email: bad@example.com, name: Ada}]\n")
    world.api.judge_contact = lambda row: ("Contact Email", "no such mailbox")
    outcome = world.apply()
    assert outcome.code == 3
    assert "no such mailbox" in outcome.all
    contact = next(one for one in world.receipt()["rows"] if one["kind"] == "contact")
    assert contact["outcome"] == "rejected"
    assert "no such mailbox" in contact["message"]
    assert re.search("email", contact["field"])
    world.api.judge_contact = lambda row: None
    assert world.apply().code == 0
    assert len(world.api.sheets("site_contacts")) == 2


def test_state_holds_no_address(world: World) -> None:
    """State holds only keyed digests and site ids, no address."""
    world.site(SITE + "address: {street: 77 Secret Street}\ncontacts: [{email: ada@example.com, name: Ada Secret}]\n")
    assert world.apply().code == 0
    for path in (world.root / ".dfsync").rglob("*"):
        if path.is_file():
            assert b"Secret" not in path.read_bytes(), path
            assert b"ada@example.com" not in path.read_bytes(), path


def test_a_receipt_whenever_there_was_a_plan(world: World) -> None:
    """Receipt is written whenever apply got as far as a plan."""
    world.site(SITE)
    world.api.faults = [Fault("/sites/import", 403, times=9)]
    assert world.apply().code == 1
    assert outcomes(world) == {"site-123": "not_sent"}
    world.api.faults = []
    (world.root / "receipt.json").unlink()
    assert world.apply().code == 0
    assert world.apply().code == 0
    assert world.receipt()["summary"] == {"applied": 0, "rejected": 0, "unverified": 0, "not_sent": 0}


def test_clears_where_cells_keep(world: World) -> None:
    """api.blank_cells keep: an empty cell can't empty the field; it is not claimed to be applied."""
    world.config("api: {blank_cells: keep}\n")
    world.api.blank_clears = False
    world.api.put("site-123", "Downtown Store", Escalation_Path="Ops")
    world.site(SITE + "escalation_path: null\ncurrency: EUR\n")
    assert world.dfsync("validate").code == 1
    assert world.apply().code == 1
    assert world.api.sites["site-123"]["Escalation Path"] == "Ops"


def test_a_clear_that_the_server_keeps(world: World) -> None:
    """What live shows afterwards is not what was planned: 3."""
    world.config("api: {settle_s: 0}\n")
    world.api.blank_clears = False
    world.api.put("site-123", "Downtown Store", Escalation_Path="Ops")
    world.site(SITE + "escalation_path: null\n")
    assert world.apply().code == 3


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "\x1b[2Jx", "<script>alert(1)</script>", "| a | b |"])
def test_a_servers_message_is_shown_harmless(world: World, name: str) -> None:
    """The server's message is data: it drives no terminal and no CI runner."""
    from tests.support.ci_runner import commands

    world.site(SITE)
    world.api.judge = lambda row: ("Site Name", f"{name} ##[error]x\n::add-mask::y")
    outcome = world.apply()
    assert outcome.code == 3
    assert "\x1b" not in outcome.all
    assert commands(outcome.out) == []
    assert commands(outcome.err) == []
