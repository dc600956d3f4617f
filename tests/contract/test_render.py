"""What is uploaded, shown by `render` and `export`: bytes, columns, rows, order."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.contract.stub import COLUMNS
from tests.contract.test_hours import entry
from tests.contract.world import World, row

SITE = "id: site-123\nname: Downtown Store\n"


def files(world: World, folder: str = "rendered") -> dict[str, bytes]:
    """Return what was rendered."""
    return {path.name: path.read_bytes() for path in sorted((world.root / folder).iterdir())}


def test_the_bytes(world: World) -> None:
    r"""RFC 4180, UTF-8 without BOM, `\r\n`, header names exactly as the API's."""
    world.site('id: site-123\nname: "Ünder \\"The\\" Bridge, 東京"\naddress: {street: "1 Main\\nSt"}\n')
    world.ok("render", "--live", world.live(), "--out", "rendered")
    lines = ("Site ID,Site Name,Address Street", 'site-123,"Ünder ""The"" Bridge, 東京","1 Main\nSt"', "")
    assert files(world) == {"sites.001.csv": "\r\n".join(lines).encode()}


def test_all_columns(world: World) -> None:
    """Header names exactly as the API's, for every field."""
    parts = "{street: a, city: b, state: c, country: USA, postal_code: e}"
    world.site(
        f"{SITE}address: {parts}\nshipping_address: {parts}\ngroups: [g]\nescalation_path: p\n"
        "timezone: America/New_York\ncurrency: USD\noperational_hours: {Mon: 09:00-10:00}\n"
    )
    assert set(world.rendered()["sites.001.csv"][0]) == set(COLUMNS)


def test_only_what_changes_for_that_row(world: World) -> None:
    """Only rows that change; in them only the required columns and those that change for that row."""
    world.site("id: a\nname: A\ncurrency: EUR\nescalation_path: Ops\n", "a")
    world.site("id: b\nname: B\ncurrency: EUR\nescalation_path: Ops\n", "b")
    world.site("id: c\nname: C\ncurrency: EUR\nescalation_path: Ops\n", "c")
    world.site("id: d\nname: D\ncurrency: EUR\nescalation_path: Ops\n", "d")
    same = {"Currency": "EUR", "Escalation_Path": "Ops"}
    sheets = world.rendered(
        row("a", "A", **{**same, "Currency": "USD"}),
        row("b", "B", **same),
        row("c", "C", **{**same, "Escalation_Path": None}),
        row("d", "D", **{**same, "Currency": "USD"}),
    )
    assert sorted(sheets.values()) == sorted(
        [
            [["Site ID", "Site Name", "Currency"], ["a", "A", "EUR"], ["d", "D", "EUR"]],
            [["Site ID", "Site Name", "Escalation Path"], ["c", "C", "Ops"]],
        ]
    )


def test_rows_in_the_order_of_site_id(world: World) -> None:
    """Rows have the order of site id."""
    for name in ("b", "a10", "a2", "C", "é"):
        world.site(f"id: {name}\nname: Store {name}\n", f"z{len(name)}{name}x")
    sent = [line[0] for line in world.rendered()["sites.001.csv"][1:]]
    assert sent == sorted(sent)


def test_required_columns(world: World) -> None:
    """required_columns are always sent; one that the site leaves unmanaged carries live's value."""
    world.config("api: {required_columns: [Site ID, Site Name, Timezone, Site Groups, Operational Hours]}\n")
    world.site(SITE + "currency: USD\n")
    hours = [entry("Mon", "09:00", "10:00")]
    live = row(Timezone="America/Denver", Site_Groups="A,B", Operational_Hours=hours, Escalation_Path="Ops")
    header, cells = world.rendered(live)["sites.001.csv"]
    sent = dict(zip(header, cells, strict=True))
    assert set(sent) == {"Site ID", "Site Name", "Timezone", "Site Groups", "Operational Hours", "Currency"}
    assert sent["Timezone"] == "America/Denver"
    assert sent["Site Groups"] == "A,B"
    assert json.loads(sent["Operational Hours"]) == hours
    assert sent["Currency"] == "USD"


def test_the_id_alone_may_be_required(world: World) -> None:
    """A cell that did not change, a required column apart, is never sent."""
    world.config("api: {required_columns: [Site ID]}\n")
    world.site(SITE + "currency: USD\n")
    assert world.rendered(row())["sites.001.csv"] == [["Site ID", "Currency"], ["site-123", "USD"]]


def test_batches(world: World) -> None:
    """batch_rows bounds the rows of a request; numbers count requests in the order of sending."""
    world.config("api: {batch_rows: 2}\n")
    for number in range(5):
        world.site(f"id: s{number}\nname: Store {number}\n", f"s{number}")
    sheets = world.rendered()
    assert {name: [line[0] for line in lines[1:]] for name, lines in sheets.items()} == {
        "sites.001.csv": ["s0", "s1"],
        "sites.002.csv": ["s2", "s3"],
        "sites.003.csv": ["s4"],
    }


def test_the_same_plan_gives_the_same_bytes(world: World) -> None:
    """The same plan always gives the same bytes, saved or not, and what apply uploads is what render writes."""
    world.site(SITE + "currency: USD\ncontacts: [{email: a@example.com, name: Ada}, {email: b@example.com}]\n")
    world.site("id: other\nname: Other\n", "other")
    world.ok("plan", "--out", "plan.json")
    world.ok("render", "plan.json", "--out", "one", DFSYNC_TOKEN="")
    world.ok("render", "--out", "two")
    assert files(world, "one") == files(world, "two")
    assert world.apply("plan.json").code == 0
    sent = [data for asked in world.api.imports() for name, data in sorted(asked.files.items(), reverse=True)]
    assert sorted(sent) == sorted(files(world, "one").values())


def test_render_sends_nothing(world: World) -> None:
    """`render` uploads nothing."""
    world.site(SITE)
    world.ok("render", "--out", "rendered")
    assert world.api.imports() == []


def test_render_replaces_what_an_earlier_one_left(world: World) -> None:
    """`render` replaces what an earlier render left in DIR."""
    world.config("api: {batch_rows: 1}\n")
    for name in ("a", "b", "c"):
        world.site(f"id: {name}\nname: Store {name}\n", name)
    world.ok("render", "--live", world.live(), "--out", "rendered")
    (world.root / "rendered/mine.txt").write_text("mine")
    live = world.live(row("a", "Store a"), row("b", "Store b"))
    world.ok("render", "--live", live, "--out", "rendered")
    assert set(files(world)) == {"sites.001.csv", "mine.txt"}
    live = world.live(row("a", "Store a"), row("b", "Store b"), row("c", "Store c"))
    world.ok("render", "--live", live, "--out", "rendered")
    assert set(files(world)) == {"mine.txt"}


def test_contacts_after_their_sites(world: World) -> None:
    """Sites go before or with the contacts that need them; contact_csv defaults to the values shown."""
    world.site(SITE + "contacts:\n  - {name: Ada, email: a@example.com, phone: '+1 415', role: Manager}\n")
    sheets = world.rendered()
    (contacts,) = [lines for name, lines in sheets.items() if name.startswith("site_contacts.")]
    assert contacts == [
        ["Site ID", "Contact Name", "Contact Email", "Contact Phone", "Contact Role"],
        ["site-123", "Ada", "a@example.com", "+1 415", "Manager"],
    ]
    numbers = {name.split(".")[0]: name.split(".")[1] for name in sheets}
    assert numbers["sites"] <= numbers["site_contacts"]


def test_contact_columns_are_configured(world: World) -> None:
    """`contact_csv` adjusts key and columns to the vendor's template."""
    world.config("contact_csv:\n  key: [site, name]\n  columns: {site: Store, name: Who, email: Mail}\n")
    world.site(SITE + "contacts:\n  - {name: Ada, email: a@example.com}\n")
    world.ok("plan", "--out", "plan.json")
    contact = next(change for change in world.read("plan.json")["changes"] if change["kind"] == "contact")
    assert contact["id"] == "site-123/Ada"
    (contacts,) = [lines for name, lines in world.rendered().items() if name.startswith("site_contacts.")]
    assert contacts == [["Store", "Who", "Mail"], ["site-123", "Ada", "a@example.com"]]


def test_a_template_checks_the_columns(world: World) -> None:
    """template: a header row to check the columns against."""
    config = "contact_csv:\n  template: templates/c.csv\n"
    world.config(config)
    world.site(SITE)
    world.write({"templates/c.csv": "Site ID,Contact Name,Contact Email,Contact Phone,Contact Role\r\n"})
    assert world.findings("error") == []
    world.write({"templates/c.csv": "Site ID,Name,Contact Email,Contact Phone,Contact Role\r\n"})
    assert world.dfsync("validate").code == 1
    (world.root / "templates/c.csv").unlink()
    assert world.dfsync("validate").code == 1


def test_export_json(world: World) -> None:
    """Export as JSON is the documented response with all pages joined."""
    world.api.page_cap = 2
    for number in range(5):
        world.api.put(f"s{number}", f"Störe {number}", Operational_Hours=[entry("Mon", "09:00", "10:00")])
    exported = world.ok("export").json
    assert list(exported) == ["success", "data", "total"]
    assert exported["success"] is True
    assert exported["total"] == 5
    assert sorted(one["Site ID"] for one in exported["data"]) == [f"s{number}" for number in range(5)]
    assert set(exported["data"][0]) == set(COLUMNS)
    assert exported["data"][0]["Operational Hours"] == [entry("Mon", "09:00", "10:00")]
    world.ok("export", "--output", "live.json")
    assert world.read("live.json") == exported
    world.site("id: s0\nname: Störe 0\n")
    assert world.dfsync("plan", "--live", "live.json", "--detailed-exitcode").code == 0


def test_export_csv(world: World) -> None:
    """Export as CSV has the import's columns."""
    world.api.put("s1", "Störe, 1", Operational_Hours=[entry("Mon", "09:00", "10:00")], Site_Groups="A,B")
    out = world.ok("export", "--format", "csv").out
    header, cells = csv.reader(io.StringIO(out, newline=""))
    assert tuple(header) == COLUMNS
    assert cells[:2] == ["s1", "Störe, 1"]
    assert json.loads(cells[-1]) == [entry("Mon", "09:00", "10:00")]
    assert out.count("\r\n") == 2


def test_export_of_some(world: World) -> None:
    """`--id ID…`, repeated, asks with `site_external_ids`."""
    for name in ("a", "b", "c"):
        world.api.put(name)
    exported = world.ok("export", "--id", "a", "--id", "c").json
    assert [one["Site ID"] for one in exported["data"]] == ["a", "c"]
    assert exported["total"] == 2
    assert {asked.query["site_external_ids"] for asked in world.api.asked} <= {"a,c", "c,a", "a", "c"}


def test_export_of_nothing(world: World) -> None:
    """An empty organisation is an empty export."""
    assert world.ok("export").json == {"success": True, "data": [], "total": 0}


@pytest.mark.parametrize("text", ["::add-mask::x", "##[add-path]x"])
def test_an_export_forms_no_workflow_command(world: World, text: str) -> None:
    """Nothing from data may form a workflow command."""
    from tests.support.ci_runner import commands

    world.api.put("a", text)
    assert commands(world.ok("export").out) == []
    assert world.ok("export").json["data"][0]["Site Name"] == text
