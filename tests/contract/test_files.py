"""The files: where they are, what forms they take, what is refused."""

from __future__ import annotations

import pytest

from tests.contract.world import CONFIG, World, row


def ids(world: World) -> list[str]:
    """Return the ids that a plan against nothing creates."""
    return [change["id"] for change in world.plan()["changes"] if change["kind"] == "site"]


def test_the_root_is_found_by_walking_up(world: World) -> None:
    """dfsync.yaml: its folder is the root, found by walking up from the working directory."""
    world.site("id: a\nname: A\n", "deep/er/a")
    assert world.dfsync("-C", "sites/deep/er", "validate").code == 0
    plan = world.dfsync("-C", "sites/deep", "plan", "--live", str(world.root / world.live()), "--format", "json")
    assert plan.code == 0
    assert world.process("-C", "sites/deep", "targets").code == 0


def test_no_repository_is_an_error(world: World) -> None:
    """A wrong or missing configuration is exit code 1."""
    (world.root / "dfsync.yaml").unlink()
    outcome = world.dfsync("validate")
    assert outcome.code == 1
    assert "dfsync.yaml" in outcome.err


def test_default_places(world: World) -> None:
    """sites/**/*.yaml (.yml too), contacts/**/*.yaml; these are the defaults."""
    world.write(
        {
            "sites/a.yaml": "id: a\nname: A\n",
            "sites/x/y/b.yml": "id: b\nname: B\n",
            "other/c.yaml": "id: c\nname: C\n",
            "contacts/x.yml": "site: a\nname: Ada\nemail: ada@example.com\n",
        }
    )
    plan = world.plan()
    assert [(change["kind"], change["id"]) for change in plan["changes"]] == [
        ("site", "a"),
        ("site", "b"),
        ("contact", "a/ada@example.com"),
    ]


def test_configured_places(world: World) -> None:
    """sites: and contacts: say where the files are."""
    world.config("sites: [shops/*.yaml]\ncontacts: [people.yaml]\n")
    world.write(
        {
            "shops/a.yaml": "id: a\nname: A\n",
            "shops/x/b.yaml": "id: b\nname: B\n",
            "sites/c.yaml": "id: c\nname: C\n",
            "people.yaml": "contacts:\n  - {site: a, email: a@example.com, name: Ada}\n",
        }
    )
    assert [change["id"] for change in world.plan()["changes"]] == ["a", "a/a@example.com"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: a\nname: A\n", ["a"]),
        ("sites:\n  - {id: a, name: A}\n  - {id: b, name: B}\n", ["a", "b"]),
        ("sites:\n  - {id: a, name: A}\ncontacts:\n  - {site: a, email: x@example.com}\n", ["a"]),
        ("id: a\nname: A\n---\nid: b\nname: B\n---\nsites: [{id: c, name: C}]\n", ["a", "b", "c"]),
        ("---\nid: a\nname: A\n...\n", ["a"]),
        ("x-note: hello\nsites:\n  - {id: a, name: A, x-mine: [1, {b: c}]}\n", ["a"]),
        ("\ufeffid: a\nname: A\n", ["a"]),
        ("id: a\r\nname: A\r\naddress:\r\n  city: Ü\r\n", ["a"]),
        ("", []),
        ("# nothing but a comment\n", []),
        ("---\n", []),
        ("id: a\nname: A\n---\n", ["a"]),
        ("sites: []\n", []),
        ("x-base: &base {currency: USD}\nsites:\n  - {<<: *base, id: a, name: A}\n", ["a"]),
        ("sites:\n  - &one {id: a, name: A}\n  - {<<: *one, id: b}\n", ["a", "b"]),
        ("sites:\n  - &one {id: a, name: A}\n  - {<<: [*one, {currency: EUR}], id: b}\n", ["a", "b"]),
        ('{"id": "a", "name": "A"}\n', ["a"]),
    ],
)
def test_forms_of_a_file(world: World, text: str, expected: list[str]) -> None:
    """A file holds one site, or lists; several documents, a BOM, CRLF, anchors and merge keys are fine."""
    world.site("id: other\nname: Other\n", "other")
    world.site(text)
    assert world.findings("error") == []
    assert ids(world) == [*expected, "other"]


def test_merge_keys_give_way(world: World) -> None:
    """A merge key gives what the mapping does not say itself, the first of several first."""
    world.site("id: a\nname: A\n<<: [{currency: USD, name: X}, {currency: EUR, escalation_path: Ops}]\n")
    fields = {one["field"]: one["after"] for one in world.plan()["changes"][0]["fields"]}
    assert {"id": "a", **fields} == {"id": "a", "name": "A", "currency": "USD", "escalation_path": "Ops"}


@pytest.mark.parametrize(
    "text",
    [
        "- id: a\n  name: A\n",
        "id: a\nname: A\nname: B\n",
        "sites:\n  - {id: a, name: A, address: {city: X, city: Y}}\n",
        "id: a\n",
        "name: A\n",
        "id:\nname: A\n",
        "id: ''\nname: A\n",
        "id: a\nname: ''\n",
        "id: a\nname: null\n",
        "id: a\nname: A\nadress: {city: X}\n",
        "id: a\nname: A\naddress: {town: X}\n",
        "id: a\nname: A\naddress: X\n",
        "id: a\nname: A\ngroups: Retail\n",
        "id: a\nname: A\ntimezone: Mars/Olympus\n",
        "id: a\nname: A\ncurrency: XQZ\n",
        "id: a\nname: A\ninternal_id: seven\n",
        "id: a\nname: A\ninternal_id: 7.5\n",
        "id: a\nname: A\noperational_hours: soon\n",
        "id: a\nname: A\nname2: B\n",
        "id: [a\n",
        "id: a\n\tname: A\n",
        "id: a\nname: {x: y}\n",
        "just text\n",
        "id: a\nname: A\n---\nid: a\nname: B\n",
        "sites:\n  - {id: a, name: A}\nid: b\nname: B\n",
        "sites: {id: a, name: A}\n",
        "id: a\nname: A\nsite: b\n",
        "id: !!python/object:os.system a\nname: A\n",
        "id: a\nname: *nowhere\n",
        "contacts:\n  - {email: a@example.com}\n",
        "contacts:\n  - {site: nowhere, email: a@example.com}\n",
        "id: a\nname: A\ncontacts:\n  - {email: a@example.com, fax: '1'}\n",
        "id: a\nname: A\ncontacts:\n  - {email: a@example.com}\n  - {email: a@example.com}\n",
        "id: a\nname: A\ncontacts:\n  - {name: Ada}\n",
    ],
)
def test_wrong_files(world: World, text: str) -> None:
    """A wrong file is an error with its place, and nothing is planned on it."""
    world.site(text)
    found = world.findings("error")
    assert found
    assert all(one["file"] == "sites/site.yaml" and one["line"] >= 1 and one["column"] >= 1 for one in found)
    assert world.dfsync("validate").code == 1
    assert world.dfsync("plan", "--live", world.live()).code == 1
    assert world.apply().code == 1
    assert world.api.imports() == []


@pytest.mark.parametrize("text", ["[]\n", "- a\n", "- {id: a, name: A}\n"])
def test_a_bare_list_is_an_error(world: World, text: str) -> None:
    """A bare list at the top is an error."""
    world.site(text)
    assert [one["line"] for one in world.findings("error")] == [1]


def test_other_ids_that_are_the_same(world: World) -> None:
    """An id that two files have is an error, at both places."""
    world.site("id: a\nname: A\n", "one")
    world.site("id: a\nname: A\n", "two")
    assert {one["file"] for one in world.findings("error")} <= {"sites/one.yaml", "sites/two.yaml"}
    assert world.dfsync("validate").code == 1


def test_a_file_that_is_not_utf8(world: World) -> None:
    """A file that is no text is an error and hides no other file's."""
    (world.root / "sites").mkdir()
    (world.root / "sites/a.yaml").write_bytes(b"id: a\nname: Caf\xe9\n")
    world.site("id: b\n", "b")
    assert {one["file"] for one in world.findings("error")} == {"sites/a.yaml", "sites/b.yaml"}


def test_ten_megabytes(world: World) -> None:
    """A file may have at most 10 MB."""
    world.site("id: a\nname: A\n# " + "x" * 9_900_000 + "\n")
    assert world.findings("error") == []
    world.site("id: a\nname: A\n# " + "x" * 10_600_000 + "\n")
    assert len(world.findings("error")) == 1


def test_a_hundred_levels(world: World) -> None:
    """A file may have at most 100 levels."""
    world.site("id: a\nname: A\nx-deep: " + "[" * 90 + "]" * 90 + "\n")
    assert world.findings("error") == []
    world.site("id: a\nname: A\nx-deep: " + "[" * 101 + "]" * 101 + "\n")
    assert len(world.findings("error")) == 1
    world.site("id: a\nname: A\nx-deep: " + "[" * 100_000 + "\n")
    assert len(world.findings("error")) == 1


def test_aliases_are_bounded(world: World) -> None:
    """Anchors, aliases and merge keys work, with a bound on expansion."""
    lines = "".join(f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    world.site(f"x-0: &a0 [x]\n{lines}id: a\nname: A\n")
    assert len(world.findings("error")) == 1


def test_links_inside_the_root_are_followed(world: World) -> None:
    """Links inside the root are followed; those that leave it are not."""
    world.write({"real/a.yaml": "id: a\nname: A\n", "../outside.yaml": "id: secret\nname: S\n"})
    (world.root / "sites").mkdir()
    (world.root / "sites/a.yaml").symlink_to("../real/a.yaml")
    assert ids(world) == ["a"]
    (world.root / "sites/b.yaml").symlink_to(world.root.parent / "outside.yaml")
    assert "secret" not in world.dfsync("validate", "--format", "json").out
    assert world.dfsync("validate").code == 1


def test_no_file_is_not_green(world: World) -> None:
    """A repository in which no file matches is not valid by accident."""
    assert world.dfsync("validate").code == 1


def test_contacts_in_every_place(world: World) -> None:
    """Contacts: in a site (the site is implied), in `contacts:`, alone in a file with `site:`."""
    world.write(
        {
            "sites/a.yaml": "id: a\nname: A\ncontacts: [{name: Ada, email: ada@example.com, phone: '+1 4', role: R}]\n",
            "sites/b.yaml": "sites: [{id: b, name: B}]\ncontacts: [{site: b, email: bob@example.com}]\n",
            "contacts/c.yaml": "site: a\nemail: cy@example.com\n",
        }
    )
    changes = world.plan(options=("--show-contacts",))["changes"]
    ids = [change["id"] for change in changes if change["kind"] == "contact"]
    assert sorted(ids) == ["a/ada@example.com", "a/cy@example.com", "b/bob@example.com"]
    sheets = [sheet for name, sheet in world.rendered().items() if name.startswith("site_contacts.")]
    rows = [dict(zip(header, cells, strict=True)) for header, *lines in sheets for cells in lines]
    assert all(set(sent) >= {"Site ID", "Contact Email"} for sent in rows)
    assert {"Site ID": "b", "Contact Email": "bob@example.com"} in rows
    ada = ["Ada", "+1 4", "R"]
    assert [[sent[f"Contact {name}"] for name in ("Name", "Phone", "Role")] for sent in rows if len(sent) == 5] == [ada]


def test_defaults(world: World) -> None:
    """Later entries win over earlier, a site's own value over all; mappings merge, lists replace whole."""
    world.config(
        "defaults:\n"
        "  - match: sites/**\n"
        "    set: {currency: USD, escalation_path: Ops, address: {country: USA, state: CA}, groups: [A, B]}\n"
        "  - match: sites/eu/**\n"
        "    set: {currency: EUR, address: {country: France}}\n"
    )
    world.site("id: a\nname: A\ngroups: [C]\naddress: {city: Paris}\nescalation_path: null\n", "eu/a")
    world.site("id: b\nname: B\n", "b")
    world.site("id: c\nname: C\ncurrency: GBP\n", "eu/c")
    first, second, third = (
        {one["field"]: one["after"] for one in change["fields"]} for change in world.plan()["changes"]
    )
    assert first["currency"] == "EUR"
    assert first["address.country"] == "France"
    assert first["address.state"] == "CA"
    assert first["address.city"] == "Paris"
    assert first["groups"] == ["C"]
    assert first.get("escalation_path") is None
    assert second["currency"] == "USD"
    assert second["address.country"] == "USA"
    assert second["groups"] == ["A", "B"]
    assert third["currency"] == "GBP"


def test_a_default_hours_gives_way_whole(world: World) -> None:
    """A site's own hours replace a default's whole."""
    world.config("defaults:\n  - {match: sites/**, set: {operational_hours: {Mon-Sun: 09:00-17:00}}}\n")
    world.site("id: site-123\nname: Downtown Store\noperational_hours: {Mon: 10:00-11:00}\n")
    assert world.change(row())["operational_hours"][1] == [{"days": ["Mon"], "start": "10:00", "end": "11:00"}]


@pytest.mark.parametrize(
    "text",
    [
        "version: 2\ntargets: {a: {customer_id: 1}}\n",
        "targets: {a: {customer_id: 1}}\n",
        CONFIG + "unknown: 1\n",
        CONFIG + "on_drift: perhaps\n",
        CONFIG + "limits: {max_updates: many}\n",
        CONFIG + "limits: {max_updates: -1}\n",
        CONFIG + "api: {blank_cells: maybe}\n",
        CONFIG + "api: {batch_rows: 0}\n",
        CONFIG + "exceptions: {days_ahead: 7}\n",
        CONFIG + "state: {backend: cloud}\n",
        CONFIG + "hours_profiles: {retail: {Mon: 25:00-26:00}}\n",
        CONFIG + "version: 1\n",
        CONFIG.replace("123", "abc"),
        CONFIG.replace("default_target: production", "default_target: nowhere"),
        "- a\n",
        "version: [\n",
    ],
)
def test_a_wrong_configuration(world: World, text: str) -> None:
    """A wrong dfsync.yaml gives diagnostics like any file."""
    world.write({"dfsync.yaml": text, "sites/a.yaml": "id: a\nname: A\n"})
    outcome = world.dfsync("validate", "--format", "json")
    assert outcome.code == 1
    assert {one["file"] for one in outcome.json["diagnostics"] if one["severity"] == "error"} == {"dfsync.yaml"}
    assert all(one["line"] >= 1 for one in outcome.json["diagnostics"])
    assert world.dfsync("plan", "--live", world.live()).code == 1


def test_every_setting_of_the_contract_is_known(world: World) -> None:
    """The dfsync.yaml that the contract shows is valid."""
    world.write(
        {
            "templates/site_contacts.csv": "Site ID,Contact Name,Contact Email,Contact Phone,Contact Role\r\n",
            "sites/us/a.yaml": "id: a\nname: A\noperational_hours: {profile: retail}\n",
            "dfsync.yaml": """\
version: 1
sites: [sites/**/*.yaml, sites/**/*.yml]
contacts: [contacts/**/*.yaml, contacts/**/*.yml]
default_target: production
targets:
  production: {customer_id: 123}
  staging:
    customer_id: 456
    base_url: "https://api.dragonfruit.ai"
    auth_url: "https://auth.dragonfruit.ai"
    token_env: STAGING_TOKEN
    refresh_token_env: STAGING_REFRESH
defaults:
  - match: sites/us/**
    set: {currency: USD, address: {country: USA}}
hours_profiles:
  retail: {Mon-Fri: 09:00-18:59, Sat-Sun: 07:00-20:00}
limits: {max_updates: 30%, max_creates: 50, max_clears: 10}
state: {backend: file}
on_drift: revert
exceptions: {days_ahead: 6}
api:
  blank_cells: clear
  required_columns: [Site ID, Site Name]
  batch_rows: 500
  page_size: 500
  timeout_s: 30
  retry_s: 120
contact_csv:
  key: [site, email]
  columns: {site: Site ID, name: Contact Name, email: Contact Email, phone: Contact Phone, role: Contact Role}
  template: templates/site_contacts.csv
""",
        }
    )
    assert world.findings("error", "warning") == []


def test_the_site_of_the_contract_is_valid(world: World) -> None:
    """The site that the contract shows is valid, and says what the contract says."""
    world.site("""\
id: site-123                       # required
name: Downtown Store               # required
address: {street: 1 Main St, city: San Francisco, state: CA, country: USA, postal_code: 94105}
shipping_address: {street: 1 Main St, city: San Francisco, state: CA, country: USA, postal_code: 94105}
groups: [Retail, West]
escalation_path: Ops Team
timezone: America/Los_Angeles
currency: USD
operational_hours:
  - {days: [Mon, Tue, Wed, Thu, Fri], start: 09:00, end: 18:59}
internal_id: 750
exceptions:
  - {date: 2026-12-25, closed: true}
  - {date: 2026-12-24, hours: 09:00-14:00, note: Christmas Eve}
contacts:
  - {name: Ada Lovelace, email: ada@example.com, phone: "+1 415 555 0100", role: Store manager}
x-anything: kept, ignored
""")
    assert world.findings("error") == []
    live = row(
        Address_Street="1 Main St",
        Address_City="San Francisco",
        Address_State="CA",
        Address_Country="USA",
        Address_Postal_Code="94105",
        Shipping_Address_Street="1 Main St",
        Shipping_Address_City="San Francisco",
        Shipping_Address_State="CA",
        Shipping_Address_Country="USA",
        Shipping_Address_Postal_Code="94105",
        Site_Groups="Retail,West",
        Escalation_Path="Ops Team",
        Timezone="America/Los_Angeles",
        Currency="USD",
        Operational_Hours=[{"days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "start": "09:00", "end": "18:59"}],
    )
    plan = world.plan(live, options=("--as-of", "2026-06-01", "--show-contacts"))
    assert [change["kind"] for change in plan["changes"]] == ["contact"]
    assert plan["summary"]["unchanged"] == 1
    assert plan["changes"][0]["id"] == "site-123/ada@example.com"
