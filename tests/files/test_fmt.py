"""Canonical style: what changes, what never does, and that a second run changes nothing."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.files.entries import entries
from dfsync.files.fmt.one_file import Canon, FormatError, canon, formatted
from dfsync.files.resolve import Resolver, contact
from dfsync.files.schema_shape import shape_of, typed
from dfsync.files.storage.tree import WorkTree
from dfsync.files.yaml.parse import parse
from dfsync.model.kind import Kind
from dfsync.model.settings import Config, FmtSettings
from tests.files.odd_files import files

CANONS = st.sampled_from([Canon(), Canon("compact"), Canon("list"), Canon(None, "../schemas/site.schema.json")])


def fmt(text: str, hours=None, *, kind="site", modeline=None) -> str:
    """Return a text in canonical style, after making sure that a second run changes nothing."""
    once = formatted(text.encode(), kind, Canon(hours, modeline))
    assert formatted(once, kind, Canon(hours, modeline)) == once
    return once.decode()


def loaded(data: bytes) -> list[object]:
    """Return the sites and contacts of a file as every command sees them, places aside."""
    parsed = parse(data)
    parsed.documents[:] = [typed(document, shape_of("site")) for document in parsed.documents]
    result: list[object] = []
    for entry in entries(parsed, Kind.SITE):
        if entry.kind is Kind.SITE:
            site, problems = Resolver().site(entry, "a.yaml")
            result.append((site.id, dict(site.fields), site.internal_id, site.exceptions, len(problems)))
        else:
            result.append(dict(contact(entry, "a.yaml").fields))
    return result


@given(files, CANONS)
def test_a_file_means_the_same_after(data, style):
    """Whatever the file looks like, its sites and contacts are the same before and after, hours in any form."""
    assert loaded(formatted(data, "site", style)) == loaded(data)


@given(files, CANONS)
def test_a_second_run_changes_nothing(data, style):
    """Canonical style is a fixed point."""
    once = formatted(data, "site", style)
    assert formatted(once, "site", style) == once


@given(files, CANONS)
def test_no_comment_is_lost_or_made(data, style):
    """Every comment is there as often as before; lines, line ends and the BOM stay what they were."""
    after = formatted(data, "site", style)
    comments = re.compile(rb"# (?:note \d+|why: 'this\"|first)")
    assert Counter(comments.findall(after)) == Counter(comments.findall(data))
    assert after.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
    assert (b"\r" in after) == (b"\r" in data)
    assert re.search(rb"(?<!\r)\n", after) is None or b"\r" not in data
    assert after.endswith(b"\n") or not data.endswith(b"\n")


@given(files, CANONS)
def test_nothing_is_left_that_another_reader_would_misread(data, style):
    """After fmt no warning about ambiguous text remains, the user's own keys apart."""
    left = parse(formatted(data, "site", style)).ambiguous
    assert [text for text in left if not any(str(step).startswith("x-") for step in text.pointer)] == []


def test_fields_come_in_the_order_of_the_schema_with_their_comments():
    """Comments travel with the field below them, own blank lines stay between groups."""
    text = (
        "# A store.\n\n"
        "# The name\nname: Store # short\nid: a\n\n"
        "timezone: UTC\n  # of the city\n"
        "# Where\naddress:\n    # zip\n    postal_code: X1\n    street: Main\n\n    # town\n    city: Y City\n"
        "x-note: kept\ncurrency: EUR\n# the end\n"
    )
    assert fmt(text) == (
        "# A store.\n\n"
        "id: a\n# The name\nname: Store # short\n"
        "# Where\naddress:\n  street: Main\n\n  # town\n  city: Y City\n  # zip\n  postal_code: X1\n\n"
        "timezone: UTC\n  # of the city\ncurrency: EUR\nx-note: kept\n# the end\n"
    )


def test_members_of_lists_and_braces_are_ordered_too():
    """A mapping after a dash or in braces has the same order as one over lines."""
    text = (
        "sites:\n  - name: A # n\n    id: a\n    contacts: [{email: x@y, name: Ada}]\n"
        "  - {name: B, id: b}\n  -\n    name: C\n    id: c\n"
    )
    assert fmt(text) == (
        "sites:\n  - id: a\n    name: A # n\n    contacts: [{name: Ada, email: x@y}]\n"
        "  - {id: b, name: B}\n  -\n    id: c\n    name: C\n"
    )


def test_users_own_keys_keep_their_place_and_content():
    """Keys that begin with x- stay first or go last, and what is below them is not touched."""
    text = "x-first: {b: 1, a: NO}\nname: A\nx-mid: 02134\nid: a\n"
    assert fmt(text) == "x-first: {b: 1, a: NO}\nid: a\nname: A\nx-mid: 02134\n"


def test_an_alias_never_comes_before_its_anchor():
    """Where the canonical order would part the two, the mapping keeps its order."""
    text = "name: A\nid: a\nshipping_address: &home {city: X}\naddress: *home\n"
    assert fmt(text) == text


def test_text_is_quoted_where_readers_disagree_and_only_there():
    """Numbers, booleans, dates to others are quoted; nulls, integers and needless quotes stay."""
    text = (
        "id: 0123\nname: 'plain'\naddress: {state: NO, postal_code: 02134, city: null, country: }\n"
        "groups: [1e3, a]\ninternal_id: 750\nexceptions:\n  - {date: 2030-12-25, closed: true}\n"
    )
    assert fmt(text) == (
        'id: "0123"\nname: \'plain\'\naddress: {city: null, state: "NO", country: , postal_code: "02134"}\n'
        'groups: ["1e3", a]\nexceptions:\n  - {date: "2030-12-25", closed: true}\ninternal_id: 750\n'
    )


LIST = """\
id: a
name: A
operational_hours:
  - {days: [Mon, Tue, Wed, Thu], start: "09:00", end: "18:59"}
  - {days: [Fri, Sat], start: "22:00", end: "02:00"}
currency: EUR
"""
COMPACT = """\
id: a
name: A
operational_hours: {Mon-Thu: 09:00-18:59, Fri-Sat: 22:00-02:00}
currency: EUR
"""


def in_order(text: str) -> str:
    """Return the text with its currency where it belongs."""
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:2], lines[-1], *lines[2:-1]])


def test_hours_take_the_form_that_is_asked_for():
    """Compact or as a list, nights stay whole on the day that they start on; by default they are left alone."""
    assert fmt(LIST, "compact") == in_order(COMPACT)
    assert fmt(in_order(COMPACT)) == in_order(COMPACT)
    assert fmt(LIST, "list") == in_order(LIST)
    assert read_hours_of(fmt(COMPACT, "list")) == read_hours_of(LIST)


def read_hours_of(text: str) -> object:
    """Return the opening hours of a one-site file, night by night."""
    (site,) = loaded(text.encode())
    return site[1]["operational_hours"].days


def test_hours_with_comments_keep_their_form():
    """A comment within the hours would be lost in another form, so they are left alone."""
    text = LIST.replace('"18:59"}', '"18:59"} # winter')
    assert "# winter" in fmt(text, "compact")
    assert "- {days" in fmt(text, "compact")


def test_the_modeline_comes_first_and_once():
    """Editors read it only above the content; one that is there is left alone."""
    after = fmt("# note\nid: a\nname: A\n", modeline="../s.json")
    assert after == "# yaml-language-server: $schema=../s.json\n# note\nid: a\nname: A\n"
    own = "# yaml-language-server: $schema=other.json\nid: a\nname: A\n"
    assert fmt(own, modeline="../s.json") == own
    assert fmt("# empty\n", modeline="../s.json") == "# empty\n"


def test_the_modeline_stays_above_fields_that_move():
    """It is no comment of the first field."""
    text = "# yaml-language-server: $schema=s.json\n# name\nname: A\nid: a\n"
    assert fmt(text) == "# yaml-language-server: $schema=s.json\nid: a\n# name\nname: A\n"


def test_the_modeline_leads_to_the_schemas_of_the_repository(tmp_path):
    """It is written where `schemas/` is there, unless `fmt` says otherwise; without there is nothing to lead to."""
    tree = WorkTree(tmp_path)
    assert canon(Config(), tree, "sites/us/a.yaml", "site") == Canon()
    assert canon(Config(fmt=FmtSettings(modeline=True)), tree, "a.yaml", "site").modeline is None
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/site.schema.json").write_text("{}")
    assert canon(Config(), tree, "sites/us/a.yaml", "site").modeline == "../../schemas/site.schema.json"
    assert canon(Config(), tree, "dfsync.yaml", "config") == Canon()
    assert canon(Config(fmt=FmtSettings("list", modeline=False)), tree, "a.yaml", "site") == Canon("list")


def test_the_configuration_has_an_order_of_its_own():
    """dfsync.yaml is ordered by its schema; what the user orders (targets, defaults, columns) is not."""
    text = (
        "targets: {z: {base_url: x, customer_id: 1}, a: {customer_id: 2}}\nversion: 1\n"
        "contact_csv:\n  columns: {role: R, site: S}\nhours_profiles: {b: {Sat: closed, Mon: 09:00-10:00}}\n"
        "rules: {DF401: {level: off}}\n"
    )
    assert fmt(text, kind="config") == (
        "version: 1\ntargets: {z: {customer_id: 1, base_url: x}, a: {customer_id: 2}}\n"
        "hours_profiles: {b: {Sat: closed, Mon: 09:00-10:00}}\ncontact_csv:\n  columns: {role: R, site: S}\n"
        'rules: {DF401: {level: "off"}}\n'
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [("id: [\n", "2:1"), ("id: a\nid: b\n", "2:1: id is written twice"), ("id: a\n\tb: c\n", "2:")],
)
def test_a_file_that_is_not_yaml_is_left_alone(text, message):
    """What can't be read with certainty is reported with its place."""
    with pytest.raises(FormatError, match=message):
        formatted(text.encode(), "site", Canon())


CANONICAL = """\
# A store.
id: a
name: Downtown Store # as on the door
address:
  # the old one
  street: "1 Main St"
  city: San Francisco
groups:
  - West
  # the largest
  - Retail
operational_hours: {Mon-Fri: 09:00-18:59, Sat: [09:00-12:00, 13:00-17:00]}
contacts:
  - name: Ada
    # at work
    email: ada@example.com

  - {name: Bob, email: bob@example.com}
x-note: |
  two lines,
    the second deeper

  and a third
x-list: [
  a, b,
  {c: d}
]
# the end
"""


@given(st.data())
def test_spacing_and_indentation_have_one_form(data):
    """However many blanks stand after a colon, at a line's end and before a line, the file comes out the same."""
    step = data.draw(st.integers(1, 6), "columns of a level")
    dash = data.draw(st.integers(1, 4), "blanks after a dash")
    flat = data.draw(st.booleans(), "lists stand at the column of their key")
    lines = []
    for line in CANONICAL.splitlines():
        body = line.lstrip(" ")
        level = (len(line) - len(body)) // 2
        columns = level * step
        under_list = lines and any(key in line for key in ("at work", "email: ada"))
        if "the second" in body:
            columns = step + 2  # two blanks of the text itself
        if flat and body.startswith(("- ", "# the largest")):
            columns = 0
        if under_list:
            columns = (0 if flat else step) + 1 + dash
        if body.startswith("- "):
            body = "-" + " " * dash + body[2:]
        if ": " in body and "#" not in body and "{" not in body and '"' not in body:
            body = body.replace(": ", ":" + " " * data.draw(st.integers(1, 3)), 1)
        if "{" in body:
            body = body.replace("{", "{ ").replace("}", " }").replace(", ", data.draw(st.sampled_from([",  ", " , "])))
        elif body.startswith("a, b"):
            body = "a,b,"
        is_text = not body or any(word in body for word in ("two lines", "the second", "and a third"))
        lines.append(" " * columns + body + ("" if is_text else " " * data.draw(st.integers(0, 2))))
    assert fmt("\n".join(lines) + "\n") == CANONICAL


@pytest.mark.parametrize(
    "text",
    [
        "id: a\n? name\n: |\n  A\n",
        "id: a\nname: |2\n    A\n",
        "id: a\nname: >-\n  folded\n  text\n\n   more\n",
        "id: a\nname: 'over\n  lines'\n",
        "%YAML 1.2\n---\nid: a\nname: A\n...\n---\nid: b\nname: B\n",
        "id: a\nname: A\naddress: &home\n  city: X\nshipping_address: *home\n",
        "",
        "# only a comment\n",
        "id: a\nname: A\nx-a: {b: , c}\n",
    ],
)
def test_what_is_canonical_or_unusual_stays(text):
    assert fmt(text) == text
