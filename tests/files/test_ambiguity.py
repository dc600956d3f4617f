"""What other readers make of a plain scalar is known for every scalar that any of them does not read as text."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode

from dfsync.files.yaml.ambiguity import other_reading
from dfsync.files.yaml.parse import NULLS

RUAMEL = YAML(typ="safe", pure=True)
RUAMEL.version = (1, 2)
_TEXT = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:null"}
SCALARS = st.from_regex(r"[-+.:=<0-9a-fA-FxobeEtTrRuUnNyYsSfFiI_ lLaA]{1,12}", fullmatch=True).filter(
    lambda text: text not in NULLS and text == text.strip()
)


def tag_1_1(text: str) -> str:
    """Return the tag that PyYAML, a reader of YAML 1.1, gives a plain scalar."""
    return str(yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False)))


def tag_1_2(text: str) -> str:
    """Return the tag that ruamel.yaml, a reader of YAML 1.2, gives a plain scalar."""
    return str(RUAMEL.resolver.resolve(ScalarNode, text, (True, False)))


@given(SCALARS)
@example("18:59")
@example("1_000.5")
@example("0o17")
@example("1e3")
@example("-.inf")
@example("0x_")
@example("2026-1-1 1:00:00 -5")
def test_no_other_reading_is_missed(text: str) -> None:
    """When PyYAML or ruamel.yaml takes a scalar for something else, so it is said."""
    if {tag_1_1(text), tag_1_2(text)} - _TEXT:
        assert other_reading(text) is not None


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("02134", "a number"),
        ("NO", "a boolean"),
        ("y", "a boolean"),
        ("18:59", "a number"),
        ("1e3", "a number"),
        (".5", "a number"),
        ("0o17", "a number"),
        ("2026-01-01", "a date"),
        ("=", "a special key"),
        ("09:00", None),
        ("site-1", None),
        ("1-2", None),
        ("1.2.3", None),
        ("+1 415", None),
        (".", None),
        ("-", None),
        ("e3", None),
        ("4273-876", None),
        ("10:00-18:59", None),
        ("yes!", None),
        ("N1 9GU", None),
    ],
)
def test_the_reading_is_named(text: str, reading: str | None) -> None:
    """As a number, a boolean, a date; what everybody reads as text has no other reading."""
    assert other_reading(text) == reading


def test_a_very_long_number_is_judged_soon() -> None:
    """No scalar makes the patterns slow, and none stays in memory."""
    assert other_reading("1" * 1_000_000) == "a number"
    assert other_reading("1" * 1_000_000 + "x") is None
    assert other_reading("1:" * 500_000) is None
