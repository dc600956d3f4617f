"""Edits in place: the changed value and nothing else, whatever the file looks like."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.files.edit.changes import Append, Change, Put, Remove
from dfsync.files.edit.edit import EditError, edited
from dfsync.files.edit.nodes import NodeKind, NodeTree, read_source
from dfsync.files.schema_shape import shape_of
from dfsync.files.yaml.parse import parse
from tests.files.odd_files import Writer, files

SITE = shape_of("site")
VALUES = [
    "NO",
    "plain",
    "it's",
    "a\x07b",
    None,
    "02134",
    {"Mon": "09:00-10:00", "Sat": ["09:00-10:00"]},
    ["a", "1e3"],
    [],
]


def edit(text: str, *changes: Change) -> str:
    """Return a file's text after the changes."""
    return edited(text.encode(), changes, SITE).data.decode()


def places(value: Any, pointer: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield every pointer below a value, with what stands there."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, member in members:
        yield (*pointer, step), member
        yield from places(member, (*pointer, step))


def shares(source: NodeTree, pointer: tuple[str | int, ...]) -> bool:
    """Whether an anchor on the way gives the value to others too."""
    on_the_way = (source.node(pointer[:depth]) for depth in range(1, len(pointer) + 1))
    return any(node is not None and node.anchor is not None for node in on_the_way)


def changes_of(data: bytes, chance: random.Random) -> list[Change]:
    """Return a few changes at places that do not lie within each other."""
    found = [place for number, document in enumerate(parse(data).documents) for place in places(document, (number,))]
    changes: list[Change] = []
    for pointer, value in chance.sample(found, min(len(found), chance.randint(1, 3))):
        others = [change.pointer for change in changes]
        if any(pointer[: len(other)] == other or other[: len(pointer)] == pointer for other in others):
            continue
        if isinstance(value, list) and chance.random() < 0.5:
            gone = chance.sample(range(len(value)), chance.randint(0, max(len(value) - 1, 0)))
            changes.extend(Remove((*pointer, number)) for number in gone)
            changes.append(Append(pointer, chance.choice(VALUES)))
        elif isinstance(value, dict) and chance.random() < 0.5:
            changes.append(Put((*pointer, "city"), "Z"))
        else:
            changes.append(Remove(pointer) if chance.random() < 0.2 else Put(pointer, chance.choice(VALUES)))
    return changes


@given(st.integers(0, 10**9))
def test_any_edit_does_what_was_asked_or_is_refused(seed):
    """An edit that can't be made without touching something else is refused: around `|+` text and explicit keys."""
    data = Writer(seed).file()
    changes = changes_of(data, random.Random(seed))
    try:
        after = edited(data, changes, SITE).data
    except EditError:
        assert b"|+" in data or b"? " in data
        return
    assert after.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
    assert b"\r" in data or b"\r" not in after
    assert re.search(rb"(?<!\r)\n", after) is None or b"\r" not in data


def test_a_new_first_key_goes_in_while_the_old_one_goes_out() -> None:
    """The two splices touch at the start of a line, and not within each other."""
    changes = Put((0, "address", "city"), "Z"), Remove((0, "address", "state"))
    assert (
        edit("address:\n  # note\n  state: y\n  country: x\n", *changes)
        == "address:\n  # note\n  city: Z\n  country: x\n"
    )
    in_list = Put((0, "sites", 0, "id"), "Z"), Remove((0, "sites", 0, "name"))
    assert edit("sites:\n- name: y\n  groups: [x]\n", *in_list) == "sites:\n- id: Z\n  groups: [x]\n"


@given(files, st.randoms(use_true_random=False))
def test_a_new_text_changes_the_bytes_of_the_old_one_only(data, chance):
    """Every byte before and after the changed scalar stays as it was."""
    source = read_source(data)
    scalars = [
        pointer
        for number, document in enumerate(parse(data).documents)
        for pointer, _ in places(document, (number,))
        if (node := source.node(pointer)) and node.kind is NodeKind.SCALAR and not shares(source, pointer)
    ]
    pointer = chance.choice(scalars)
    node = source.node(pointer)
    assert node is not None
    text = edited(data, [Put(pointer, "new")], SITE).data.decode().removeprefix("\ufeff")
    assert text.startswith(source.text[: node.content])
    assert text.endswith(source.text[node.end :])
    assert text[node.content : len(text) - len(source.text) + node.end].strip(" \r\n\"'") in ("new", ": new")


@given(files)
def test_no_change_leaves_the_file_byte_for_byte(data):
    """An edit without changes is the file itself."""
    assert edited(data, [], SITE).data == data


FILE = """\
# top
id: a   # id
name: 'Old "x" name' # n
address: {street: 1 Main St, country: USA}
groups:
  - Retail # r
  - West

# tz
timezone: "Europe/Berlin"
operational_hours: # regular
  # week
  - {days: [Mon], start: 09:00, end: 18:59}
  # trailing

currency:  # none
contacts:
- name: A
  email: a@b
  # own
"""

EXAMPLES = {
    "quotes are kept": (Put((0, "name"), "it's"), "name: 'it''s' # n"),
    "double quotes are kept": (Put((0, "timezone"), "UTC"), 'timezone: "UTC"\n'),
    "what needs quotes gets them": (Put((0, "id"), "0123"), 'id: "0123"   # id\n'),
    "an empty value": (Put((0, "currency"), "EUR"), "\ncurrency: EUR  # none\n"),
    "null is written out": (Put((0, "timezone"), None), "\ntimezone: null\n"),
    "a key goes where it belongs, in braces": (
        Put((0, "address", "city"), "NO"),
        'address: {street: 1 Main St, city: "NO", country: USA}\n',
    ),
    "a key goes where it belongs, over lines": (
        Put((0, "escalation_path"), "Ops"),
        "  - West\nescalation_path: Ops\n\n# tz\n",
    ),
    "a mapping that is missing": (
        Put((0, "shipping_address", "city"), "X"),
        "USA}\nshipping_address:\n  city: X\ngroups:",
    ),
    "a member of a list": (Append((0, "groups"), "East"), "  - West\n  - East\n\n# tz"),
    "a member goes above the comments of the next": (
        Append((0, "contacts"), {"name": "B", "phone": "+1"}),
        '  # own\n- name: B\n  phone: "+1"\n',
    ),
    "a member is removed with its comment": (Remove((0, "groups", 0)), "groups:\n  - West\n"),
    "a key is removed": (Remove((0, "timezone")), "# tz\noperational_hours:"),
    "the first key after a dash": (Remove((0, "contacts", 0, "name")), "contacts:\n- email: a@b\n"),
    "a key in braces": (Remove((0, "address", "street")), "address: {country: USA}\n"),
    "a list becomes a mapping": (
        Put((0, "operational_hours"), {"Mon": "09:00-10:00"}),
        "operational_hours: # regular\n  # week\n  Mon: 09:00-10:00\n  # trailing\n",
    ),
    "a list becomes empty": (Put((0, "groups"), []), "groups: []\n\n# tz"),
    "a comment keeps an empty value below it": (
        Put((0, "operational_hours"), None),
        "operational_hours: # regular\n  # week\n  null\n  # trailing\n",
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_edit_takes_the_style_of_its_surroundings(name):
    """Quotes, braces, indentation, comments and order are the file's own."""
    change, expected = EXAMPLES[name]
    after = edit(FILE, change)
    assert expected in after
    assert edit(FILE.replace("\n", "\r\n"), change) == after.replace("\n", "\r\n")


def test_a_new_key_stands_below_the_sign_of_an_explicit_one() -> None:
    """In `? id` the key begins behind the sign, and the keys of the mapping stand where the sign does."""
    data = b"? id\n: a\nname: A\n"
    assert edited(data, [Put((0, "currency"), "EUR")], shape_of("site")).data == data + b"currency: EUR\n"


def test_changes_at_one_place_keep_their_order():
    """A member of a list stays in the list when a key is put below the list."""
    after = edit(FILE, Put((0, "escalation_path"), "Ops"), Append((0, "groups"), "East"))
    assert "  - West\n  - East\nescalation_path: Ops\n" in after


SHARED = """\
x-base: &base {currency: USD, address: {city: X, postal_code: "0123"}}
sites:
  - id: a
    <<: *base
    operational_hours: &hours {Mon-Fri: 09:00-18:59}
  - id: b
    operational_hours: *hours

  - id: c
    operational_hours: *hours
"""


def test_who_shares_a_value_keeps_it_when_its_owner_changes():
    """The anchor moves with the old value to the next who needs it."""
    result = edited(SHARED.encode(), [Put((0, "sites", 0, "operational_hours"), {"Mon": "09:00-10:00"})], SITE)
    assert result.data.decode() == SHARED.replace("&hours {Mon-Fri: 09:00-18:59}", "&hours {Mon: 09:00-10:00}").replace(
        "*hours", "&hours {Mon-Fri: 09:00-18:59}", 1
    )
    assert result.separated == ((0, "sites", 0, "operational_hours"),)


def test_an_alias_becomes_a_value_of_its_own():
    """Only the one who changes leaves the shared value."""
    result = edited(SHARED.encode(), [Put((0, "sites", 2, "operational_hours"), {"Mon": "09:00-10:00"})], SITE)
    assert result.data.decode() == SHARED.replace(
        "id: c\n    operational_hours: *hours", "id: c\n    operational_hours:\n      Mon: 09:00-10:00"
    )
    assert result.separated == ((0, "sites", 2, "operational_hours"),)


def test_a_merged_value_is_overridden():
    """What a merge key brings is written out whole where a part of it changes."""
    result = edited(SHARED.encode(), [Put((0, "sites", 0, "address", "city"), "Z")], SITE)
    written = '  - id: a\n    address:\n      city: Z\n      postal_code: "0123"\n    <<: *base\n'
    assert written in result.data.decode()
    assert result.separated == ((0, "sites", 0, "address"),)


def test_members_are_set_apart_as_they_are():
    """Blank lines between members go between the new ones too."""
    after = edit(SHARED, Append((0, "sites"), {"id": "d", "name": "D"}))
    assert after.endswith("operational_hours: *hours\n\n  - id: d\n    name: D\n")


@pytest.mark.parametrize("text", ["id: [", "id: a\nid: b\n", "id: !!int a\n"])
def test_a_file_with_problems_is_not_edited(text):
    """What can't be read with certainty is not written to."""
    with pytest.raises(EditError):
        edit(text, Put((0, "id"), "b"))


def test_an_edit_that_would_touch_more_is_refused():
    """A kept blank line would become part of the text above it: refused, not tried."""
    with pytest.raises(EditError, match="without changing something else"):
        edit("a: |+\n  text\nb: 1\n\nc: 2\n", Remove((0, "b")))


def test_the_last_member_goes_as_another_comes():
    """Taking out the last member and adding one at the end do not get in each other's way."""
    changes = [Remove((0, "groups", 1)), Append((0, "groups"), "East")]
    assert edit("groups:\n- West # w\n- Retail # r\nid: a\n", *changes) == "groups:\n- West # w\n- East\nid: a\n"
    assert edit("groups:\n- A\n- B\n- C", Remove((0, "groups", 1)), Remove((0, "groups", 2))) == "groups:\n- A\n"
    assert edit("groups: [West, Retail]\n", *changes) == "groups: [West, East]\n"


def test_many_changes_in_a_large_file_take_one_pass():
    """Two thousand sites of one file change in well under a second's work each, whatever their number."""
    text = "sites:\n" + "".join(f"  - id: s{n}\n    name: N{n}\n" for n in range(2000))
    changes = [Put((0, "sites", n, "name"), f"M{n}") for n in range(2000)]
    assert edit(text, *changes) == text.replace("name: N", "name: M")
