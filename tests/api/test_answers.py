"""No answer is used before its shape is checked against the documented one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.api.protocol.answers import (
    DeniedError,
    UnbelievableError,
    error_text,
    read_import,
    read_object,
    read_page,
    read_tokens,
)
from dfsync.api.protocol.values import RowError

ROW = {"Site ID": "site-1", "Site Name": "Store"}


def page(**changes: Any) -> bytes:
    answer = {"success": True, "data": [ROW], "p_number": 1, "p_size": 10, "total": 1, "total_pages": 1, **changes}
    return json.dumps({key: value for key, value in answer.items() if value is not ...}).encode()


def test_a_page_of_the_documents_is_read() -> None:
    """Unknown fields, of the answer and of a site, are kept and ignored."""
    read = read_page(page(data=[{**ROW, "New Column": [1]}], server="x"))
    assert read.rows == [{**ROW, "New Column": [1]}]
    assert (read.number, read.pages, read.total) == (1, 1, 1)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"<!doctype html><title>Sign in</title>", "HTML"),
        (page()[:-10], "cut off"),
        (b"\xff\xfe{}", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"null", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (page(success="true"), "success"),
        (page(success=1), "success"),
        (page(success=...), "success"),
        (page(data=...), "data"),
        (page(data={}), "data"),
        (page(data=[[]]), "row 1"),
        (page(data=[ROW, {}]), "row 2 has no Site ID"),
        (page(data=[{"Site ID": 7}]), "is no text"),
        (page(data=[{"Site ID": " "}]), "Site ID"),
        (page(data=[{**ROW, "Site Name": ["x"]}]), "Site Name of site site-1"),
        (page(data=[{**ROW, "Currency": {"code": "USD"}}]), "Currency"),
        (page(data=[{**ROW, "Timezone": True}]), "Timezone"),
        (page(data=[{**ROW, "Operational Hours": {"Mon": "9-5"}}]), "Operational Hours"),
        (page(data=[{**ROW, "Operational Hours": 9}]), "Operational Hours"),
        (page(total=...), "total"),
        (page(total="1"), "total"),
        (page(total=-1), "total"),
        (page(total=True), "total"),
        (page(total_pages=...), "total_pages"),
        (page(total_pages=1.5), "total_pages"),
        (page(total=5, total_pages=1_000_000_000), "on 1000000000 pages"),
    ],
)
def test_a_page_of_another_shape_is_not_believed(content: bytes, says: str) -> None:
    """The message says what is wrong with it."""
    with pytest.raises(UnbelievableError, match=says):
        read_page(content)


def test_empty_and_odd_cells_that_live_may_hold_are_facts() -> None:
    """Null, a missing key, hours as text and numbers are read by the model as what they are."""
    rows = [{**ROW, "Currency": None, "Address Postal Code": 94105, "Operational Hours": "[]"}]
    assert read_page(page(data=rows)).rows == rows


def test_success_false_is_no_success() -> None:
    """Whatever the status; what the API says goes along."""
    for read in (read_page, read_import, read_tokens, read_object):
        with pytest.raises(DeniedError, match="quota"):
            read(b'{"success": false, "message": "over quota", "data": []}')


def test_row_errors_are_read_by_sheet() -> None:
    """Row numbers as text or missing are no reason to lose the message."""
    entries = [
        {"row": 5, "column": "Currency", "value": "XX", "error_msg": "unknown"},
        {"row": "6", "column": None, "value": 7},
        {"row": None, "error_msg": "whole sheet"},
        {"row": 1.5},
    ]
    answer = {"success": True, "data": {"data": {}, "errors": {"sites": entries, "site_contacts": None}}}
    assert read_import(json.dumps(answer).encode()) == {
        "sites": (
            RowError(5, "Currency", "XX", "unknown"),
            RowError(6, "", "7", ""),
            RowError(None, "", "", "whole sheet"),
            RowError(None, "", "", ""),
        ),
        "site_contacts": (),
    }


@pytest.mark.parametrize(
    "data", [None, [], {}, {"errors": None}, {"errors": []}, {"errors": {"sites": {}}}, {"errors": {"sites": ["x"]}}]
)
def test_an_import_answer_of_another_shape_is_not_believed(data: object) -> None:
    """It may have taken effect all the same: the transport takes it for lost."""
    with pytest.raises(UnbelievableError):
        read_import(json.dumps({"success": True, "data": data}).encode())


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"message": "no such customer"}', "no such customer"),
        (b'{"error": "bad"}', "bad"),
        (b'{"error": {"code": 4, "message": "bad"}}', "bad"),
        (b'{"detail": [{"loc": ["body"], "msg": "x"}], "title": "Unprocessable"}', "x; Unprocessable"),
        (b'{"errors": ["one", "two"]}', "one; two"),
        (b'{"data": {"errors": {"sites": [{"error_msg": "row 2"}]}}}', "row 2"),
        (b"<html><head><title>502 Bad Gateway</title></head>", "502 Bad Gateway"),
        (b"<html><body>x", ""),
        (b"plain text", "plain text"),
        (b"", ""),
        (b"\xff", "\ufffd"),
        (b"7", ""),
    ],
)
def test_error_bodies_are_searched_where_messages_usually_stand(body: bytes, text: str) -> None:
    """The guide: the format of errors may differ from the success schema."""
    assert error_text(body) == text


@given(
    st.binary(max_size=300)
    | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps).map(str.encode)
)
def test_no_answer_gets_through_otherwise(content: bytes) -> None:
    """Every reader returns, or raises one of its two errors."""
    error_text(content)
    for read in (read_page, read_import, read_tokens, read_object):
        with pytest.raises((UnbelievableError, DeniedError)):
            read(content)
