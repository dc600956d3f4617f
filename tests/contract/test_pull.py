"""`pull` and `diff`: live into the files, and what two revisions differ in."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.contract.test_hours import entry
from tests.contract.world import World

SITE = """\
# our first store
id: site-123
name: Downtown Store   # on the door
address: {city: "San Francisco", state: CA}   # flow
operational_hours: {Mon-Fri: 09:00-18:59}

currency: USD
"""


def empty(world: World) -> bool:
    """Whether a plan has no change."""
    return world.dfsync("plan", "--detailed-exitcode").code == 0


def files(world: World) -> dict[str, str]:
    """Return the site files."""
    found = sorted((world.root / "sites").rglob("*.y*ml")) if (world.root / "sites").exists() else []
    return {path.relative_to(world.root).as_posix(): path.read_text() for path in found}


def test_new_sites_become_new_files(world: World) -> None:
    """New sites as new files; afterwards plan is empty."""
    hours = [entry("Mon Tue Wed Thu Fri", "09:00", "18:59"), entry("Sat", "22:00", "23:59")]
    world.api.put(
        "s-1", "NO", Address_Postal_Code="02134", Address_State="ON", Operational_Hours=hours, Site_Groups="B, A"
    )
    world.api.put("s-2", " Outer: 'space' #1 ", Timezone="America/New_York", Currency="USD", Escalation_Path="1e3")
    world.ok("pull")
    assert len(files(world)) == 2
    assert world.dfsync("validate").code == 0
    assert empty(world)
    assert world.api.imports() == []
    once = files(world)
    world.ok("pull")
    assert files(world) == once
    for text in once.values():
        assert isinstance(yaml.safe_load(text)["name"], str)


def test_changed_fields_in_place(world: World) -> None:
    """Changed fields into the existing file in place, comments and layout kept; fields left out are left out."""
    world.site(SITE)
    world.api.put(
        "site-123",
        "Uptown Store",
        Address_City="San Francisco",
        Address_State="NV",
        Currency="USD",
        Escalation_Path="Somebody",
        Operational_Hours=[entry("Mon Tue Wed Thu Fri", "09:00", "19:59")],
    )
    world.ok("pull")
    expected = SITE.replace("Downtown Store", "Uptown Store").replace("CA", "NV").replace("18:59", "19:59")
    assert files(world) == {"sites/site.yaml": expected}
    assert empty(world)


def test_equal_is_left_alone(world: World) -> None:
    """What is only spelled differently is no change of a file."""
    world.site(SITE)
    world.api.put(
        "site-123",
        " Downtown Store ",
        Address_City="San Francisco",
        Address_State="CA",
        Currency="USD",
        Operational_Hours=[entry("Fri Thu Wed", "09:00", "18:59"), entry("Mon Tue", "09:00", "18:59")],
    )
    world.ok("pull")
    assert files(world) == {"sites/site.yaml": SITE}


def test_an_emptied_field(world: World) -> None:
    """A field that is empty in live becomes empty in the file, so that plan is empty."""
    world.site(SITE)
    world.api.put("site-123", "Downtown Store", Address_City="San Francisco", Address_State="CA")
    world.ok("pull")
    assert empty(world)
    assert "# our first store" in files(world)["sites/site.yaml"]


def test_dry_run(world: World) -> None:
    """`--dry-run` writes nothing and shows what would change."""
    world.site(SITE)
    world.api.put("site-123", "Uptown Store", Address_City="San Francisco", Address_State="CA", Currency="USD")
    world.api.put("new", "New")
    outcome = world.ok("pull", "--dry-run")
    assert files(world) == {"sites/site.yaml": SITE}
    assert "Uptown Store" in outcome.out
    assert "New" in outcome.out


def test_ids(world: World) -> None:
    """`pull [ID…]` writes only those sites."""
    for name in ("a", "b", "c"):
        world.api.put(name, f"Store {name}")
    world.ok("pull", "a", "c")
    assert sorted(yaml.safe_load(text)["id"] for text in files(world).values()) == ["a", "c"]
    assert "nowhere" in world.dfsync("pull", "nowhere").err


def test_unmanaged(world: World) -> None:
    """`--unmanaged`: only what no file has."""
    world.site(SITE)
    world.api.put("site-123", "Uptown Store")
    world.api.put("new", "New")
    world.ok("pull", "--unmanaged")
    assert files(world)["sites/site.yaml"] == SITE
    assert len(files(world)) == 2


def test_only_drift(world: World) -> None:
    """`--only-drift`: only what was edited elsewhere since the last apply."""
    world.site("id: site-123\nname: Downtown Store\ncurrency: USD\n")
    assert world.apply().code == 0
    world.api.put("site-123", "Downtown Store", Currency="EUR")
    world.api.put("new", "New")
    world.ok("pull", "--only-drift")
    assert files(world) == {"sites/site.yaml": "id: site-123\nname: Downtown Store\ncurrency: EUR\n"}
    assert empty(world)


def test_fields_edited_and_not_applied(world: World) -> None:
    """`pull` refuses fields that were edited in the files and not yet applied, and says so (`--force`)."""
    world.site("id: site-123\nname: Downtown Store\ncurrency: USD\nescalation_path: Ops\n")
    assert world.apply().code == 0
    world.api.put("site-123", "Downtown Store", Escalation_Path="Elsewhere")
    world.site("id: site-123\nname: Downtown Store\ncurrency: EUR\nescalation_path: Ops\n")
    outcome = world.dfsync("pull")
    assert outcome.code == 0
    assert "currency" in outcome.all
    assert "currency: EUR" in files(world)["sites/site.yaml"]
    world.ok("pull", "--force")
    expected = "id: site-123\nname: Downtown Store\ncurrency: USD\nescalation_path: Elsewhere\n"
    assert files(world) == {"sites/site.yaml": expected}


def test_uncommitted_edits(world: World) -> None:
    """`pull` refuses to touch a file with uncommitted edits (1; `--force`)."""
    world.site(SITE)
    world.commit()
    world.site(SITE + "# edited\n")
    world.api.put(
        "site-123",
        "Uptown Store",
        Address_City="San Francisco",
        Address_State="CA",
        Currency="USD",
        Operational_Hours=[entry("Mon Tue Wed Thu Fri", "09:00", "18:59")],
    )
    outcome = world.dfsync("pull")
    assert outcome.code == 1
    assert "sites/site.yaml" in outcome.err
    assert files(world) == {"sites/site.yaml": SITE + "# edited\n"}
    world.ok("pull", "--force")
    assert files(world) == {"sites/site.yaml": SITE.replace("Downtown", "Uptown") + "# edited\n"}


def test_committed_files_are_touched(world: World) -> None:
    """A file that is committed is changed without --force."""
    world.site(SITE)
    world.commit()
    world.api.put("site-123", "Uptown Store", Address_City="San Francisco", Address_State="CA", Currency="USD")
    world.ok("pull")
    assert "Uptown Store" in files(world)["sites/site.yaml"]


@pytest.mark.parametrize("form", ["joined", "bare", "page"])
def test_from_a_saved_export(world: World, form: str) -> None:
    """`--from FILE` takes a saved export instead of live: joined, a bare list, a single page."""
    rows = [{"Site ID": "a", "Site Name": "A", "Site Groups": "X", "Address Postal Code": "02134"}]
    page = {"success": True, "data": rows, "p_number": 1, "p_size": 100, "total_pages": 1, "total": 1}
    document = {"joined": {"success": True, "data": rows, "total": 1}, "bare": rows, "page": page}[form]
    world.write({"live.json": json.dumps(document)})
    world.ok("pull", "--from", "live.json", DFSYNC_TOKEN="")
    assert world.api.asked == []
    assert world.ok("plan", "--live", "live.json", "--format", "json").json["changes"] == []
    assert len(files(world)) == 1


@pytest.mark.parametrize(
    "document",
    [
        {"success": True, "data": [{"Site ID": "a", "Site Name": "A"}], "p_number": 1, "total_pages": 2, "total": 2},
        [{"Site ID": "a", "Site Name": "A"}, {"Site ID": "a", "Site Name": "B"}],
        {"hello": 1},
    ],
)
def test_from_refusals(world: World, document: object) -> None:
    """`--from`: a single page of several, or a site id twice, is refused (1)."""
    world.write({"live.json": json.dumps(document)})
    assert world.dfsync("pull", "--from", "live.json").code == 1
    assert world.dfsync("pull", "--from", "nowhere.json").code == 1
    assert files(world) == {}


def test_from_csvs(world: World) -> None:
    """`--from` may be given twice; CSVs are told apart by their header; a blank cell leaves the field out."""
    world.write(
        {
            "people.csv": "Contact Email,Site ID,Contact Name\r\nada@example.com,a,Ada\r\n",
            "stores.csv": "Site Name,Site ID,Address Postal Code,Currency,Operational Hours\r\n"
            'A,a,02134,,"[{""days"":[""Mon""],""start"":""09:00"",""end"":""10:00""}]"\r\nB,b,,EUR,\r\n',
        }
    )
    world.ok("pull", "--from", "people.csv", "--from", "stores.csv", DFSYNC_TOKEN="")
    assert world.dfsync("validate").code == 0
    changes = world.plan(options=("--show-contacts",))["changes"]
    assert [(change["kind"], change["id"]) for change in changes] == [
        ("site", "a"),
        ("site", "b"),
        ("contact", "a/ada@example.com"),
    ]
    first, second = ({one["field"]: one["after"] for one in change["fields"]} for change in changes[:2])
    assert first["address.postal_code"] == "02134"
    assert first["operational_hours"] == [entry("Mon", "09:00", "10:00")]
    assert "currency" not in first
    assert second.get("currency") == "EUR"
    assert "address.postal_code" not in second
    assert "operational_hours" not in second


def test_from_csv_is_what_render_wrote(world: World) -> None:
    """The CSVs that are uploaded come in again as the sites that they were."""
    world.site("id: site-123\nname: NO\ncurrency: USD\noperational_hours: {Mon: 22:00-02:00}\ngroups: [A, B]\n")
    before = world.plan()["changes"][0]["fields"]
    world.ok("render", "--live", world.live(), "--out", "rendered")
    (world.root / "sites/site.yaml").unlink()
    world.ok("pull", "--from", "rendered/sites.001.csv")
    assert {one["field"]: one["after"] for one in world.plan()["changes"][0]["fields"]} == {
        one["field"]: one["after"] for one in before
    }


def test_factor(world: World) -> None:
    """`--factor` writes what sites have in common as defaults and profiles; plan stays empty."""
    hours = [entry("Mon Tue Wed Thu Fri", "09:00", "18:59")]
    for number in range(6):
        world.api.put(
            f"s-{number}", f"Store {number}", Currency="USD", Operational_Hours=hours, Timezone="America/New_York"
        )
    world.ok("pull", "--factor")
    text = (world.root / "dfsync.yaml").read_text()
    assert "defaults:" in text
    assert empty(world)


def test_init_from_live(world: World) -> None:
    """`init --from-live` fills it with `pull`."""
    folder = world.root.parent / "fresh"
    folder.mkdir()
    world.api.put("a", "Store A", Currency="USD")
    outcome = world.process("-C", str(folder), "init", "--from-live", "--customer-id", "123")
    assert outcome.code == 0, outcome.err
    assert "Store A" in "".join(path.read_text() for path in folder.glob("sites/**/*.yaml"))


def test_diff(world: World) -> None:
    """`diff BASE [HEAD]` exits 0, or 2 with `--detailed-exitcode`. Without HEAD it compares with the working tree."""
    world.site(SITE)
    world.commit()
    world.site(SITE.replace("18:59", "20:59"))
    world.commit()
    world.site("id: site-123\nname: Third\n")
    assert "20:59" in world.ok("diff", "HEAD~1", "HEAD").out
    assert world.dfsync("diff", "HEAD~1", "HEAD", "--detailed-exitcode").code == 2
    assert world.dfsync("diff", "HEAD", "HEAD", "--detailed-exitcode").code == 0
    assert "Third" in world.ok("diff", "HEAD").out
    assert world.dfsync("diff", "HEAD", "--detailed-exitcode").code == 2
    assert world.ok("diff", "HEAD~1..HEAD").out == world.ok("diff", "HEAD~1", "HEAD").out
    assert world.dfsync("diff", "nowhere").code == 1
    assert world.api.asked == []


def test_diff_is_of_the_desired_state(world: World) -> None:
    """What is only written differently is no difference."""
    world.site(SITE)
    world.commit()
    world.site(
        "name: 'Downtown Store'\nid: site-123\naddress:\n  city: San Francisco\n  state: CA\ncurrency: USD\n"
        "operational_hours:\n  - {days: [Fri, Mon, Tue, Wed, Thu], start: 09:00, end: 18:59}\n"
    )
    assert world.dfsync("diff", "HEAD", "--detailed-exitcode").code == 0


def test_diff_outside_git(world: World) -> None:
    """Without git there is no revision: 1."""
    world.site(SITE)
    assert world.dfsync("diff", "HEAD").code == 1
