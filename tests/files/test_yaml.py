"""YAML is read as it was typed; what can't be trusted is refused with one problem, soon and in little memory."""

from __future__ import annotations

import json
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.files.yaml.parse import YamlFile, parse

# The contract's list and the traps of other readers: every one is the text that was typed.
SCALARS = [
    "02134",
    "NO",
    "ON",
    "on",
    "off",
    "yes",
    "y",
    "n",
    "18:59",
    "09:00",
    "9:00",
    "24:00",
    "18:59:30",
    "18:59.5",
    "1:2",
    "1e3",
    "5E2",
    "0x1F",
    "0o17",
    "0b11",
    "1_000",
    "2026-01-01",
    "2026-02-30",
    ".5",
    "1.10",
    "+15550100",
    "=",
    ".inf",
    ".NaN",
    "true",
    "FALSE",
    "00501",
    "08901",
    "-0",
    "1.e3",
    "-.5",
    "a:b",
    "a#b",
    "--",
    "12e5",
]


def read(text: str | bytes) -> object:
    """Return the one document of a text that has no problem."""
    parsed = parse(text.encode() if isinstance(text, str) else text)
    assert (parsed.problems, parsed.cuts) == ([], [])
    assert len(parsed.documents) == 1
    return parsed.documents[0]


def problem(data: bytes | str) -> tuple[str, int, int]:
    """Return code, line and column of the one problem that a text has."""
    parsed = parse(data.encode() if isinstance(data, str) else data)
    (found,) = (*parsed.problems, *parsed.cuts)
    return found.code, found.span.line, found.span.column


@pytest.mark.parametrize("text", SCALARS)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_scalar_is_the_text_that_was_typed(text: str, quote: str) -> None:
    """As a value, in a list and as a key, quoted or not."""
    written = f"{quote}{text}{quote}"
    assert read(f"a: {written}\nb: [{written}]\n{written}: c\n") == {"a": text, "b": [text], text: "c"}


@pytest.mark.parametrize("null", ["", "~", "null", "Null", "NULL"])
def test_null_is_null_in_five_spellings_and_text_in_quotes(null: str) -> None:
    """Only a plain scalar can be null."""
    assert read(f"a: {null}\nb: '{null}'\n") == {"a": None, "b": null}


def test_the_frame_of_a_file_changes_nothing() -> None:
    """A file may have a BOM, CRLF or several documents, be empty, or have only comments."""
    assert read(b"\xef\xbb\xbfa: \xc3\xa9\r\nb: c\r\n") == {"a": "é", "b": "c"}
    assert parse(b"a: 1\n---\nb: 2\n").documents == [{"a": "1"}, {"b": "2"}]
    assert parse(b"") == parse(b"# nothing\n") == YamlFile()


def test_aliases_and_merge_keys_work() -> None:
    """An own key wins over a merged one wherever it stands, an earlier source over a later."""
    text = "x: &a {p: 1, q: 2}\ny: &b {q: 3, r: 4}\nz: {q: 0, <<: [*a, *b]}\nw: *a\n"
    assert read(text) == {
        "x": {"p": "1", "q": "2"},
        "y": {"q": "3", "r": "4"},
        "z": {"q": "0", "p": "1", "r": "4"},
        "w": {"p": "1", "q": "2"},
    }
    assert read('"<<": {a: b}\n') == {"<<": {"a": "b"}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b: c\n", ("DF002", 1, 5)),
        ("a: @home\n", ("DF002", 1, 4)),
        ("a: 'b\nc: d\n", ("DF002", 1, 4)),
        ("a: [b\n", ("DF002", 1, 4)),
        ("a:\n\tb: c\n", ("DF002", 2, 1)),
        ("a: b\n  c: d\n", ("DF002", 2, 4)),
        ('a: "\\ud800"\n', ("DF002", 1, 7)),
        ("a: %x\n", ("DF002", 1, 4)),
        (b"a: caf\xe9\n", ("DF003", 1, 7)),
        (b"\xff\xfea\x00:\x00", ("DF003", 1, 1)),
        (b"a: b\x00c\n", ("DF003", 1, 5)),
        (b"\xef\xbb\xbfa: \xc3\xa9\x07\n", ("DF003", 1, 5)),
        ("x: y\na: b\u2028c\n", ("DF003", 2, 5)),
        ("a: 1\nb: 2\na: 3\n", ("DF004", 3, 1)),
        ("{a: 1, 'a': 2}\n", ("DF004", 1, 8)),
        ("a: !!int 5\n", ("DF005", 1, 4)),
        ("a: !x {}\n", ("DF005", 1, 4)),
        ("!!set {a}\n", ("DF005", 1, 1)),
        ("%TAG ! tag:x,2000:\n---\na: b\n", ("DF005", 1, 1)),
        ("? [a]\n: b\n", ("DF005", 1, 3)),
        ("a: *gone\n", ("DF005", 1, 4)),
        ("a: &a [*a]\n", ("DF005", 1, 8)),
        ("a: &a {<<: *a}\n", ("DF005", 1, 12)),
        ("a: ! null\n", ("DF005", 1, 4)),
        ("a: ! yes\n", ("DF005", 1, 4)),
        ("a: {<<: [b]}\n", ("DF005", 1, 9)),
        ("name: Main St #5\n", ("DF407", 1, 15)),
        ("name: #5 Main St\n", ("DF407", 1, 7)),
    ],
)
def test_a_trap_is_one_problem_at_its_place(text: str | bytes, expected: tuple[str, int, int]) -> None:
    """Each has a code, and the line and column of what is wrong, in code points."""
    assert problem(text) == expected


@pytest.mark.parametrize(
    "text", ["a: b # c\n", "a: b #\n", "a: 'Main St #5'\n", "a: b#c\n", "#5\na: |\n  x #5\n", "a: [b] #1\n"]
)
def test_a_comment_that_is_meant_as_one_is_no_problem(text: str) -> None:
    """A space after the #, quotes, and places where no text is cut."""
    read(text)


def test_what_stands_before_a_syntax_error_remains() -> None:
    """The documents before the broken one are there."""
    parsed = parse(b"a: 1\n---\nb: [\n")
    assert parsed.documents == [{"a": "1"}]
    assert [found.code for found in parsed.problems] == ["DF002"]


def test_a_file_that_ends_too_soon_is_two_problems_with_places() -> None:
    """A value that was cut before, and what was begun and not ended; libyaml counts a line that is not there."""
    parsed = parse(b"x: a #b\ny: {c")
    problems = [*parsed.cuts, *parsed.problems]
    assert [(found.code, found.span.line, found.span.column) for found in problems] == [
        ("DF407", 1, 6),
        ("DF002", 2, 4),
    ]


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefghi", "bcdefghij", strict=True)
)
MERGES = "a: &a {" + ",".join(f"k{n}: v" for n in range(1000)) + "}\nb:\n" + "  - {<<: *a}\n" * 100_000

HOSTILE = {
    "billion laughs": (LAUGHS, "DF006"),
    "many merges": (MERGES, "DF006"),
    "deep list": ("[" * 1_000_000, "DF006"),
    "deep mapping": ("{a: " * 200_000, "DF006"),
    "deep block": ("\n".join(" " * n + "a:" for n in range(1000)), "DF006"),
    "anchors in a circle": ("a: &a {b: &b [*a]}\n", "DF005"),
    "a long number": ("a: " + "1" * 5_000_000 + "\n", None),
    "a long word": ("a: " + "x" * 5_000_000 + "\n", None),
    "not text": (b"\xff" * 5_000_000, "DF003"),
    "nothing but zeros": (b"\0" * 5_000_000, "DF003"),
    "a tag": ("a: !!python/object/apply:os.system [ls]\n", "DF005"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_one_problem_soon_and_in_little_memory(name: str) -> None:
    """Each has one problem at most, in less than 100 ms (ten times that here, for slow machines) and 100 MB."""
    made, code = HOSTILE[name]
    data = made.encode() if isinstance(made, str) else made
    started = time.process_time()
    parsed = parse(data)
    took = time.process_time() - started
    assert [found.code for found in parsed.problems] == ([code] if code else [])
    assert took < 1.0
    tracemalloc.start()
    parse(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000


def test_a_hundred_levels_are_read_and_one_more_is_not() -> None:
    """Whatever they are made of."""
    for opening, closing in (("[", "]"), ("{a: ", "}")):
        assert parse((opening * 100 + closing * 100).encode()).problems == []
        assert problem(opening * 101 + closing * 101)[0] == "DF006"


@pytest.mark.parametrize("text", ["a: [" + "[]," * 2000 + "]\n", "a: &a {b: c}\nd: [" + "*a," * 2000 + "]\n"])
def test_lists_mappings_and_aliases_are_values_too(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """This holds for lists, mappings and aliases, and nothing of such a file is kept for rules."""
    monkeypatch.setattr("dfsync.files.yaml.documents.MAX_VALUES", 1000)
    parsed = parse(text.encode())
    assert [found.code for found in parsed.problems] == ["DF006"]
    assert parsed.documents == []


def test_the_number_of_documents_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is judged by itself, so that a file of nothing but documents costs the most."""
    monkeypatch.setattr("dfsync.files.yaml.documents.MAX_DOCUMENTS", 100)
    assert parse(b"--- a\n" * 100).problems == []
    assert [found.code for found in parse(b"--- a\n" * 101).problems] == ["DF006"]


def test_the_number_of_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of 10 MB could hold five million; a site has fifty."""
    monkeypatch.setattr("dfsync.files.yaml.documents.MAX_VALUES", 1000)
    assert problem("[" + "1," * 2000 + "]") == ("DF006", 1, 2000)


def test_aliases_of_an_honest_file_are_no_bomb() -> None:
    """10,000 sites that share one week are read."""
    week = "x-week: &w\n" + "".join(f"  - {{days: [Mon], start: 0{n % 9}:00}}\n" for n in range(7))
    text = (
        week
        + "sites:\n"
        + "".join(f"  - {{id: s{n}, name: n, groups: [a], operational_hours: *w}}\n" for n in range(10_000))
    )
    parsed = parse(text.encode())
    assert parsed.problems == []
    assert len(parsed.documents[0]["sites"]) == 10_000


JSON = st.recursive(
    st.none() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=40), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_json_is_read_as_json(value: object) -> None:
    """YAML contains JSON: texts in double quotes come back as they were, whatever is in them."""
    parsed = parse(json.dumps(value).replace("\\ud", "?").replace("\x7f", "\\u007f").encode())
    assert parsed.documents == [json.loads(json.dumps(value).replace("\\ud", "?"))]


@given(st.binary(max_size=200))
def test_whatever_the_bytes_the_answer_is_a_value(data: bytes) -> None:
    """No bytes raise, and every problem has a place in the file."""
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for found in parse(data).problems:
        assert 1 <= found.span.line <= len(lines) + 1
        assert found.span.column >= 1
        assert found.message


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_version_and_the_tag_of_text_change_nothing(version):
    """Editors and generators write them; what they say holds here anyway."""
    parsed = parse(f"%YAML {version}\n---\nid: !!str 123\n!!str name: !!str\n".encode())
    assert (parsed.documents, parsed.problems) == ([{"id": "123", "name": ""}], [])
    assert [problem.code for problem in parse(b"%YAML 1.3\n---\nid: a\n").problems] != []
