"""What dfsync writes as YAML: every reader reads back the text that was meant."""

from __future__ import annotations

import random
import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dfsync.files.edit.write import Inline, QuotedText, documents, in_flow, quoted, scalar
from tests.files.readers import by_dfsync, by_js_yaml, by_pyyaml, by_ruamel, why_no_js_yaml
from tests.support.hostile import texts as hostile

SPELLINGS = """
    02134 NO ON 18:59 1e3 0x1F 1_000 2026-01-01 yes .5 null Null NULL ~ true false y n on off = <<
    9:00 24:00 09:00 18:59:30 1:2 08901 00501 10001 +15550100 5E2 12e5 1.10 0o17 0b11 .inf -.Inf .nan
    2026-1-1 2026-01-01T10:00:00Z 2001-12-14t21:59:43.10-05:00 +1 -0 0 1. 1.e5 +.5 1_0.5 +_ +_1
    - -- --- ... ? : , [ ] { } # & * ! | > ' " % @ `
"""
TRAPS = [
    *SPELLINGS.split(),
    "",
    " ",
    "Main St #5",
    "#5 Main St",
    "Suite: 5",
    "Suite:",
    "a:b",
    "::error::",
    "*star",
    "&anchor",
    "- x",
    "? x",
    "[Mon",
    "it's",
    'say "hi"',
    "back\\slash",
    "'s-Hertogenbosch",
    "a, b",
    "a] b",
    "2001-12-14 21:59:43.10 -5",
    "tab\there",
    "two\nlines",
    "trailing ",
    " leading",
    "\u3000wide\u3000space\u3000",
    "no\u00a0break",
    "x" * 3000,
    *(text for text in hostile if "\ud800" not in text and len(text) < 5000),
]
SUSPECT = st.text(st.sampled_from("0123456789+-.:_eExXoObBtTzZ ~=<>yYnNaAfF"), max_size=12)
TEXTS = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), SUSPECT, st.sampled_from(TRAPS))


def document(text: str) -> str:
    """Return a file that has the text in every place where one can stand."""
    node = {"plain": text, "flow": [text, text], "block": [{"a": text}], "inline": [Inline(a=text, b=[text])]}
    return documents(node)


def expected(text: str) -> dict[str, object]:
    """Return what every reader must make of `document(text)`."""
    return {"plain": text, "flow": [text, text], "block": [{"a": text}], "inline": [{"a": text, "b": [text]}]}


@given(TEXTS)
@example("... ")
@example("a\u0085b\u2028c\ufeff")
def test_pyyaml_and_dfsync_read_back_every_text(text):
    """Whatever the text, PyYAML and dfsync read the very same, in block and in flow style."""
    written = document(text)
    assert by_dfsync(written) == by_pyyaml(written) == expected(text)


@pytest.mark.parametrize("text", TRAPS)
def test_ruamel_reads_back_the_known_traps(text):
    """A YAML 1.2 reader makes no number, boolean or date of them either."""
    assert by_ruamel(document(text)) == expected(text)


@given(SUSPECT)
def test_ruamel_reads_back_what_looks_like_a_number(text):
    """Whatever is put together of digits, signs and letters of numbers stays text in YAML 1.2."""
    assert by_ruamel(f"k: {scalar(text)}\n") == {"k": text}


def test_js_yaml_reads_back_every_text():
    """Editors and build tools that read with js-yaml see the very same text."""
    if (reason := why_no_js_yaml()) is not None:
        pytest.skip(reason)
    chance = random.Random(1)
    letters = ("0123456789+-.:_eExXoObBtTzZ ~=<>", string.printable + "é東\x00\x85\u2028\ufeff😀")
    made = ["".join(chance.choices(of, k=chance.randint(1, 8))) for of in letters for _ in range(3000)]
    texts = [*TRAPS, *made]
    assert by_js_yaml([document(text) for text in texts]) == [expected(text) for text in texts]


@given(TEXTS, st.sampled_from("'\""))
def test_wanted_quotes_hold_any_text(text, quote):
    """A quoting style that is asked for never changes what is read."""
    assert by_pyyaml(f"k: {quoted(text, quote)}\n") == {"k": text}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_cannot_be_seen_is_written_as_an_escape(text):
    """No control, bidirectional or zero-width character hides in a file, joiners of scripts and emoji apart."""
    assert all(character.isprintable() or character in "\u200c\u200d\u3000" for character in scalar(text))


@pytest.mark.parametrize(
    "text",
    ["Downtown Store", "1 Main St", "Straße 5", "東京駅前店", "a:b", "it's", "ada@example.com", "+1 415 555 0100"],
)
def test_harmless_text_is_left_plain(text):
    """A person would put no quotes around these."""
    assert scalar(text) == text


def test_texts_with_double_quotes_are_spared_escapes():
    """Single quotes are used where double quotes would have to be escaped."""
    assert scalar('"The" Store: \\o/') == "'\"The\" Store: \\o/'"


def test_half_a_character_is_refused():
    """A lone surrogate can't be stored in a file in any spelling."""
    with pytest.raises(ValueError, match=re.escape("U+D800")):
        scalar("a\ud800")


def test_layout_of_a_document():
    """Mappings and lists of mappings go over lines, lists of texts stay on one, as far as they fit."""
    node = {
        "id": "a",
        "address": {"street": "1 Main St", "postal_code": "02134"},
        "groups": ["East", "West"],
        "long": ["word " * 5 + str(number) for number in range(4)],
        "operational_hours": [Inline(days=["Mon"], start=QuotedText("09:00"))],
        "none": None,
        "empty": [],
        "closed": {},
        "contacts": [{"name": "Ada", "phone": "1"}, {"name": "Bob"}],
    }
    assert documents(node, {"id": "b"}) == (
        "id: a\n"
        "address:\n"
        "  street: 1 Main St\n"
        '  postal_code: "02134"\n'
        "groups: [East, West]\n"
        "long:\n"
        "  - word word word word word 0\n"
        "  - word word word word word 1\n"
        "  - word word word word word 2\n"
        "  - word word word word word 3\n"
        "operational_hours:\n"
        '  - {days: [Mon], start: "09:00"}\n'
        "none: null\n"
        "empty: []\n"
        "closed: {}\n"
        "contacts:\n"
        "  - name: Ada\n"
        '    phone: "1"\n'
        "  - name: Bob\n"
        "---\n"
        "id: b\n"
    )


def test_keys_are_written_with_the_same_care():
    """A key that others would read as a boolean or a list is quoted."""
    assert in_flow({"NO": "a", "Mon,Wed": "b"}) == '{"NO": a, "Mon,Wed": b}'
