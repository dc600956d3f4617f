"""Text becomes a number or a boolean only where the schema asks for one."""

from __future__ import annotations

import pytest

from dfsync.files.schema_shape import shape_of, typed
from dfsync.files.yaml.parse import parse


def site(text: str) -> dict[str, object]:
    """Return a site file's document after typing."""
    parsed = parse(text.encode())
    document: dict[str, object] = typed(parsed.documents[0], shape_of("site"))
    return document


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("750", 750),
        ("-1", -1),
        ("+7", 7),
        ("0", 0),
        ('"750"', "750"),
        ("0750", "0750"),
        ("7_50", "7_50"),
        ("0x1F", "0x1F"),
        ("7.0", "7.0"),
        ("1e3", "1e3"),
        ("9" * 16, "9" * 16),
        ("٣", "٣"),
        ("", None),
    ],
)
def test_an_integer_is_plain_decimal(written: str, expected: object) -> None:
    """Every other spelling stays text, so that the schema refuses it: other readers take 0750 for 488."""
    assert site(f"internal_id: {written}\n")["internal_id"] == expected


def test_a_boolean_is_true_or_false_and_nothing_else() -> None:
    """`closed: yes` stays text; so does true in quotes, and in any field that is text."""
    dates = ("true", "True", "false", "yes", "on", '"true"')
    text = "name: true\nexceptions:\n" + "".join(f"  - {{date: d, closed: {closed}}}\n" for closed in dates)
    document = site(text)
    assert document["name"] == "true"
    exceptions = document["exceptions"]
    assert isinstance(exceptions, list)
    assert [each["closed"] for each in exceptions] == [True, True, False, "yes", "on", "true"]


def test_places_are_found_through_references_and_in_lists() -> None:
    """A site in a list is typed as a site alone is."""
    assert site("sites: [{internal_id: 750, name: 750}]\n") == {"sites": [{"internal_id": 750, "name": "750"}]}
