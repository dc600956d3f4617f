"""The contract's rules of text: what is read is what was typed, and what is sent is what is read."""

from __future__ import annotations

import pytest

from tests.contract.world import World, row

PLAIN = (
    *("02134", "NO", "ON", "18:59", "1e3", "0x1F", "1_000", "2026-01-01", "yes", ".5", "94105", "true", "Off", "0o17"),
    *("1.0", "-0", ".inf", ".NaN", "0b101", "1,000", "190:20:30", "2026-01-01T00:00:00Z", "N", "y", "5.", "+1"),
    *("=", "<<x", "Straße Ł 東京 🏬", "O'Brien", 'say "hi"', "0.10", "١٢٣", "1 Main St, Apt 2"),
)
FIELDS = {
    "name": "Site Name",
    "address.street": "Address Street",
    "address.city": "Address City",
    "address.state": "Address State",
    "address.country": "Address Country",
    "address.postal_code": "Address Postal Code",
    "shipping_address.street": "Shipping Address Street",
    "shipping_address.city": "Shipping Address City",
    "shipping_address.state": "Shipping Address State",
    "shipping_address.country": "Shipping Address Country",
    "shipping_address.postal_code": "Shipping Address Postal Code",
    "escalation_path": "Escalation Path",
}


def quoted(text: str, quote: str) -> str:
    """Write a text as a YAML scalar."""
    if quote == "'":
        return "'" + text.replace("'", "''") + "'"
    return '"' + text.replace('"', '\\"') + '"' if quote == '"' else text


def site(text: str, quote: str) -> str:
    """Write a site that has a text in each field of text, its id included."""
    value = quoted(text, quote)
    parts = "".join(f"  {part}: {value}\n" for part in ("street", "city", "state", "country", "postal_code"))
    ends = f"id: {quoted('id ' + text.replace(',', ''), quote)}\nname: {value}\nescalation_path: {value}\n"
    group = quoted(text.replace(",", ""), quote)
    return f"{ends}address:\n{parts}shipping_address:\n{parts}groups: [{group}]\n"


@pytest.mark.parametrize("quote", ["", "'", '"'], ids=["plain", "single", "double"])
@pytest.mark.parametrize("text", PLAIN)
def test_text_stays_text(world: World, text: str, quote: str) -> None:
    """A plain scalar is never turned into something else: what is read is what is sent."""
    world.site(site(text, quote))
    header, cells = world.rendered()["sites.001.csv"]
    sent = dict(zip(header, cells, strict=True))
    assert {sent[column] for column in FIELDS.values()} == {text}
    assert sent["Site Groups"] == text.replace(",", "")
    assert sent["Site ID"] == "id " + text.replace(",", "")


@pytest.mark.parametrize("text", ["02134", "NO", "1e3", "0x1F", "1_000", "2026-01-01", "yes", ".5", "007", "1.0"])
def test_an_id_stays_text(world: World, text: str) -> None:
    """An id that looks like a number is the text that was typed."""
    world.site(f"id: {text}\nname: A\n")
    assert world.plan()["changes"][0]["id"] == text


@pytest.mark.parametrize("text", ["02134", "NO", "1e3", "2026-01-01", "yes", "18:59", ".5", "null x"])
def test_the_bytes_of_an_upload_are_those_of_the_file(world: World, text: str) -> None:
    """What is sent over HTTP is the text that was typed."""
    world.site(f"id: a\nname: {text}\naddress: {{postal_code: {text}}}\nescalation_path: {text}\n")
    assert world.apply().code == 0
    assert world.api.imports()[0].files["sites"] == (
        f"Site ID,Site Name,Address Postal Code,Escalation Path\r\na,{text},{text},{text}\r\n".encode()
    )


@pytest.mark.parametrize("quote", ["", "'", '"'], ids=["plain", "single", "double"])
@pytest.mark.parametrize("text", ["0049", "NO", "1e3", "0x1F", "2026-01-01", "yes", ".5", "1_000", "18:59"])
def test_a_contacts_text_stays_text(world: World, text: str, quote: str) -> None:
    """This holds for contact files too."""
    value = quoted(text, quote)
    world.site(f"id: {value}\nname: A\n")
    world.write({"contacts/c.yaml": f"site: {value}\nname: {value}\nemail: {value}\nphone: {value}\nrole: {value}\n"})
    sheets = world.rendered()
    (contacts,) = [lines for name, lines in sheets.items() if name.startswith("site_contacts.")]
    assert contacts[1] == [text] * 5


@pytest.mark.parametrize("name", ["NO", "1e3", "on", "007", "2026-01-01"])
def test_a_profiles_name_stays_text(world: World, name: str) -> None:
    """A name that looks like something else names what it spells."""
    world.config(f"hours_profiles:\n  {name}: {{Mon: 09:00-10:00}}\n")
    world.site(f"id: site-123\nname: Downtown Store\noperational_hours: {{profile: {name}}}\n")
    assert list(world.change(row())) == ["operational_hours"]


@pytest.mark.parametrize("name", ["NO", "007", "1e3"])
def test_a_targets_name_stays_text(world: World, name: str) -> None:
    """This holds for the name of a target too."""
    world.write({"dfsync.yaml": f"version: 1\ndefault_target: {name}\ntargets:\n  {name}: {{customer_id: 123}}\n"})
    world.site("id: a\nname: A\n")
    assert world.plan()["target"]["name"] == name
    assert world.dfsync("--target", name, "plan").code == 0


@pytest.mark.parametrize("text", ["02134", "NO", "1e3", "2026-01-01", "yes", ".5", "1_000"])
def test_text_in_defaults_stays_text_too(world: World, text: str) -> None:
    """Text in `defaults` stays text too."""
    defaults = f"defaults:\n  - set: {{escalation_path: {text}, groups: [{text}], address: {{state: {text}}}}}\n"
    world.config(defaults.replace("- set", "- match: sites/**\n    set"))
    world.site("id: a\nname: A\n")
    header, cells = world.rendered()["sites.001.csv"]
    sent = dict(zip(header, cells, strict=True))
    assert sent["Escalation Path"] == sent["Address State"] == sent["Site Groups"] == text


@pytest.mark.parametrize("text", ["02134", "NO", "0x1F", "1_000", "2026-01-01", "yes", ".5", "18:59", "1e3"])
def test_a_value_that_another_reader_reads_differently_is_a_warning(world: World, text: str) -> None:
    """A diagnostic of level warning tells where another YAML reader would read a different value."""
    world.site(f"id: a\nname: A\naddress: {{postal_code: {text}}}\n")
    found = world.findings()
    assert [(one["severity"], one["field"], one["line"]) for one in found] == [("warning", "address.postal_code", 3)]
    world.site(f"id: a\nname: A\naddress: {{postal_code: '{text}'}}\n")
    assert world.findings() == []


@pytest.mark.parametrize("written", ["null", "Null", "NULL", "~", "", '""', "''"])
def test_the_spellings_of_empty(world: World, written: str) -> None:
    """`null`, `Null`, `NULL`, `~`, nothing, and `""` are empty: they clear the field."""
    world.site(f"id: site-123\nname: Downtown Store\nescalation_path: {written}\n")
    assert world.change(row(Escalation_Path="Ops")) == {"escalation_path": ("Ops", None)}
    assert world.rendered(row(Escalation_Path="Ops"))["sites.001.csv"] == [
        ["Site ID", "Site Name", "Escalation Path"],
        ["site-123", "Downtown Store", ""],
    ]


@pytest.mark.parametrize("live", [None, "", "   "])
def test_one_emptiness(world: World, live: str | None) -> None:
    """null, "" and a missing key of the export are the same emptiness."""
    world.site("id: site-123\nname: Downtown Store\nescalation_path: null\ncurrency:\n")
    assert world.change(row(Escalation_Path=live)) == {}
    missing = row()
    del missing["Escalation Path"], missing["Currency"]
    assert world.change(missing) == {}


@pytest.mark.parametrize("live", ["  Café ", "Café", "Cafe\u0301", "\tCafe\u0301\n"])
def test_equal_text(world: World, live: str) -> None:
    """Two texts are equal when they are after trimming outer white space and Unicode NFC."""
    world.site("id: site-123\nname: Café\n")
    assert world.change(row(name=live)) == {}


def test_unequal_text(world: World) -> None:
    """Case and inner white space count."""
    world.site("id: site-123\nname: Main  store\n")
    assert world.change(row(name="Main store")) == {"name": ("Main store", "Main  store")}
    assert world.change(row(name="main  store")) != {}


def test_what_is_sent_is_what_was_typed(world: World) -> None:
    """Neither outer space nor the form of an accent is changed on the way."""
    world.site('id: site-123\nname: " Cafe\u0301 "\n')
    assert world.rendered()["sites.001.csv"][1] == ["site-123", " Cafe\u0301 "]


@pytest.mark.parametrize(
    "value",
    ['"a\\tb"', '"a\\u0007b"', "' x'", "'x '", "Cafe\u0301", "'=1+1'", "'+1'", "'-1'", "'@x'", '"a\\nb"'],
)
def test_text_that_looks_wrong_is_a_warning(world: World, value: str) -> None:
    """Control characters, outer space, non-NFC and a leading `= + - @` are warnings."""
    world.site(f"id: site-123\nname: {value}\n")
    assert {one["severity"] for one in world.findings()} == {"warning"}
    assert world.dfsync("validate").code == 0


def test_absent_means_unmanaged(world: World) -> None:
    """A field that is not written is left as live has it, and never sent."""
    world.site("id: site-123\nname: New\n")
    live = row(Escalation_Path="Ops", Currency="USD", Site_Groups="A,B", Address_City="X")
    assert world.change(live) == {"name": ("Downtown Store", "New")}
    assert world.rendered(live)["sites.001.csv"][0] == ["Site ID", "Site Name"]


def test_null_where_cells_keep_is_a_diagnostic(world: World) -> None:
    """null clears the field (a diagnostic where `api.blank_cells` is `keep`)."""
    world.config("api: {blank_cells: keep}\n")
    world.site("id: a\nname: A\nescalation_path:\n")
    assert [(one["field"], one["line"]) for one in world.findings()] == [("escalation_path", 3)]


def test_groups_are_a_set(world: World) -> None:
    """groups: a set; groups in live are split at commas and trimmed."""
    world.site("id: site-123\nname: Downtown Store\ngroups: [West, Retail]\n")
    for live in ("Retail,West", " West ,  Retail", "West,Retail,West", "Retail,,West,"):
        assert world.change(row(Site_Groups=live)) == {}, live
    assert world.change(row(Site_Groups="Retail"))["groups"][0] == ["Retail"]
    assert set(world.change(row(Site_Groups="Retail"))["groups"][1]) == {"Retail", "West"}
    header, cells = world.rendered(row(Site_Groups="Retail"))["sites.001.csv"]
    assert set(dict(zip(header, cells, strict=True))["Site Groups"].split(",")) == {"Retail", "West"}


@pytest.mark.parametrize("written", ["[]", "null", ""])
def test_no_group(world: World, written: str) -> None:
    """An empty list and null of groups empty the one cell."""
    world.site(f"id: site-123\nname: Downtown Store\ngroups: {written}\n")
    assert world.change(row(Site_Groups=None)) == {}
    assert list(world.change(row(Site_Groups="A"))) == ["groups"]


@pytest.mark.parametrize(
    ("text", "field"), [("id: a,b\nname: A\n", "id"), ("id: a\nname: A\ngroups: ['a,b']\n", "groups[0]")]
)
def test_no_comma_in_an_id_or_a_group(world: World, text: str, field: str) -> None:
    """id: no comma; groups: no comma in a name."""
    world.site(text)
    assert [(one["field"], one["severity"]) for one in world.findings()] == [(field, "error")]
    assert world.dfsync("validate").code == 1
