"""A receipt says the same in every format: what went wrong first, with message, place, request and times."""

from __future__ import annotations

import html as html_text
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dfsync.apply.receipt.receipt import Receipt, ReceiptRow, RowOutcome
from dfsync.diff.changes import Action
from dfsync.model.kind import Kind
from dfsync.model.place import Source
from dfsync.plan.values import PlanSource, PlanTarget
from dfsync.report.receipt import html, markdown, text
from dfsync.report.receipt.model import report_of
from tests.support.ci_runner import commands
from tests.support.forge_markdown import Elements, rendered
from tests.support.hostile import texts

ROW = ReceiptRow(
    kind=Kind.SITE,
    id="site-123",
    action=Action.UPDATE,
    outcome=RowOutcome.APPLIED,
    message="",
    source=Source("sites/us/a.yaml", 2),
    field="name",
    batch=1,
    request_id="r-1",
    sent_at="2026-05-04T09:00:00Z",
)
RECEIPT = Receipt(
    target=PlanTarget("production", 123, "https://api-external.dragonfruit.ai"),
    source=PlanSource("0123456789abcdef0123456789abcdef01234567"),
    plan_digest="sha256:ab",
    started_at="2026-05-04T09:00:00Z",
    finished_at="2026-05-04T09:00:09Z",
    rows=(),
    accepted=("updates=412",),
)
FACES = {
    "text": lambda receipt: text.render(receipt, details=True),
    "markdown": lambda receipt: markdown.render(receipt).replace("`", ""),
    "html": lambda receipt: html_text.unescape(re.sub("<[^>]*>", "", html.render(receipt))),
}
ROWS = st.builds(
    lambda who, outcome, message, field, batch: replace(
        ROW,
        id=who,
        outcome=outcome,
        message=message,
        field=field,
        batch=batch,
        request_id=f"r-{batch}" if batch else None,
    ),
    st.sampled_from(["site-1", "site-2", "統一超商"]),
    st.sampled_from(RowOutcome),
    st.sampled_from(["", "the name is too long", "no such zone"]),
    st.sampled_from([None, "timezone"]),
    st.sampled_from([None, 1, 2]),
)


@given(rows=st.lists(ROWS, max_size=6))
@settings(max_examples=40)
def test_what_one_format_shows_all_show(rows):
    """Every row is there with its outcome, message, place, request and time, the worst outcomes first."""
    receipt = replace(RECEIPT, rows=tuple(rows), error="the connection broke")
    report = report_of(receipt)
    for face, show in FACES.items():
        shown = " ".join(show(receipt).split())
        wanted = [report.headline, *report.facts, "sha256:ab", "0123456789ab", receipt.target.base_url]
        wanted += [f"{section.title}: {section.counted}" for section in report.sections if face != "html"]
        for section in report.sections:
            for line in section.lines:
                wanted += [line.who, line.outcome, line.field, line.message, line.done, f"{line.source.file}:2"]
        assert [words for words in wanted if words not in shown] == [], face
        titles = [shown.index(section.title) for section in report.sections]
        assert titles == sorted(titles)


@pytest.mark.parametrize("hostile", [one for one in texts if one])
def test_hostile_text_stays_text(hostile):
    """Whatever the server answered makes no element, no terminal escape and no workflow command."""
    row = replace(ROW, id=hostile, message=hostile, field=hostile, request_id=hostile, outcome=RowOutcome.REJECTED)
    receipt = replace(RECEIPT, rows=(replace(row, source=Source(hostile, 1)),), error=hostile, accepted=(hostile,))
    harmless = replace(ROW, id="x", message="x", field="x", request_id="x", outcome=RowOutcome.REJECTED)
    plain = replace(RECEIPT, rows=(replace(harmless, source=Source("x", 1)),), error="x", accepted=("x",))
    tags = [re.findall(r"<[/a-z!][^>]*>", html.render(one)) for one in (receipt, plain)]
    assert tags[0] == tags[1]
    elements = [Elements(rendered(markdown.render(one))).tags for one in (receipt, plain)]
    assert set(elements[0]) <= {*elements[1], "code"}
    shown = text.render(receipt)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    for one in (shown, markdown.render(receipt), html.render(receipt)):
        assert commands(one) == []


def test_many_rows_fit_a_comment_and_are_counted():
    """A comment has a limit; what is left out is counted."""
    rows = tuple(replace(ROW, id=f"site-{n}", message="x" * 300) for n in range(2_000))
    shown = markdown.render(replace(RECEIPT, rows=rows))
    assert len(shown.encode()) < 62_000
    left = int(re.search(r"and ([\d,]+) more", shown)[1].replace(",", ""))
    assert left + shown.count("- `site-") == 2_000
