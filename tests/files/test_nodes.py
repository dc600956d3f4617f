"""Nodes know exactly where their text is."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from dfsync.files.edit.nodes import Node, NodeKind, ScalarStyle, read_source
from dfsync.files.yaml.parse import NULLS, parse
from tests.files.odd_files import files


def value(node: Node, anchors: dict[str, Any]) -> Any:
    """Return what a node reads as."""
    if node.kind is NodeKind.ALIAS:
        return anchors[node.text]
    if node.kind is NodeKind.MAPPING:
        merged, own = {}, {}
        for key, member in node.pairs():
            found = value(member, anchors)
            (merged if key.text == "<<" else own).update(found if key.text == "<<" else {key.text: found})
        read: Any = {**merged, **own}
    elif node.kind is NodeKind.SEQUENCE:
        read = [value(member, anchors) for member in node.values]
    else:
        read = None if node.style is ScalarStyle.PLAIN and node.text in NULLS else node.text
    if node.anchor is not None:
        anchors[node.anchor] = read
    return read


@given(files)
def test_the_tree_says_what_the_parser_says(data):
    """The values of a file, and its nodes with their places, agree."""
    source = read_source(data)
    assert [value(document, {}) for document in source.documents] == parse(data).documents


@given(files)
def test_every_place_is_exact(data):
    """The text of a node, cut out and read alone, is the node; members lie within, one after the other."""
    source = read_source(data)
    for document in source.documents:
        for node in document.walk():
            text = source.text[node.content : node.end]
            if (
                node.kind is NodeKind.SCALAR
                and node.style in (ScalarStyle.SINGLE, ScalarStyle.DOUBLE, ScalarStyle.PLAIN)
                and text
            ):
                is_null = node.style is ScalarStyle.PLAIN and node.text in NULLS
                assert parse(text.encode()).documents == [None if is_null else node.text]
            if node.is_block and not text.startswith("? "):  # an explicit key begins behind its sign
                assert source.column(node.content) == source.column(
                    node.dashes[0] if node.dashes else node.keys[0].start
                )
            if node.style is ScalarStyle.FLOW:
                assert text[0] + text[-1] in ("{}", "[]")
            ends = [member.end for member in node.values]
            assert ends == sorted(ends)
            assert all(node.content <= member.start <= member.end <= node.end for member in node.values)


def test_block_collections_end_with_their_last_member():
    """Comments and blank lines that follow belong to nobody."""
    source = read_source(b"a:\n  b: 1 # own\n  # after\n\nc:\n- x\n-\n# end\n")
    (document,) = source.documents
    first, second = document.values
    assert source.text[first.content : first.end] == "b: 1"
    assert source.text[second.content : second.end] == "- x\n-"


def test_block_scalars_end_with_their_text_unless_they_keep_more():
    """Blank lines after `|` are nobody's, after `|+` they are content."""
    source = read_source(b"a: |\n  x\n\nb: |+\n  y\n\nc: >-\n  z")
    (document,) = source.documents
    assert [source.text[node.content : node.end] for node in document.values] == ["|\n  x", "|+\n  y\n\n", ">-\n  z"]


def test_anchors_stand_before_the_content():
    """`start` has the anchor, `content` has not; an anchor alone has no content."""
    source = read_source(b"a: &x {b: 1}\nc: &y # note\n  - 1\nd: &z\ne: *x\n")
    (document,) = source.documents
    texts = [(node.anchor, source.text[node.start : node.content]) for node in document.values]
    assert texts == [("x", "&x "), ("y", "&y # note\n  "), ("z", "&z"), (None, "")]
