"""The receipt: what an apply did, row by row. Values and their JSON; schema in `schemas/receipt.schema.json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from dfsync.diff.changes import Action
from dfsync.model.kind import Kind
from dfsync.model.masking import mask_contact
from dfsync.model.place import Source
from dfsync.model.text import json_document
from dfsync.plan.values import PlanSource, PlanTarget

FORMAT = "dfsync/receipt"
FORMAT_VERSION = 1


class RowOutcome(StrEnum):
    """The outcome of a row.

    `applied`: live shows it, or the API accepted a contact. `rejected`: the API refused it. `unverified`: it was sent,
    and nothing shows that it is as planned. `not_sent`: it was not sent.
    """

    APPLIED = "applied"
    REJECTED = "rejected"
    UNVERIFIED = "unverified"
    NOT_SENT = "not_sent"


class ReceiptRow(Struct, frozen=True):
    """One row. `source` is the line of the field that went wrong where it is known, else of the entry.

    `batch` is the last upload that it went with; `sent_at` when that was, UTC. `expected` is False where something
    speaks against the row: it makes the difference between a row that is unverified by choice and one that is by force.
    `site` is the site of a contact.
    """

    kind: Kind
    id: str
    action: Action
    outcome: RowOutcome
    message: str
    source: Source
    field: str | None = None
    batch: int | None = None
    request_id: str | None = None
    sent_at: str | None = None
    expected: bool = True
    site: str = ""


class Receipt(Struct, frozen=True):
    """What an apply did. `accepted` are the words of `--accept`. `error` is what ended it early."""

    target: PlanTarget
    source: PlanSource
    plan_digest: str
    started_at: str
    finished_at: str
    rows: tuple[ReceiptRow, ...]
    accepted: tuple[str, ...] = ()
    interrupted: bool = False
    error: str | None = None

    @property
    def summary(self) -> dict[str, int]:
        """How many rows had each outcome."""
        counts = Counter(row.outcome for row in self.rows)
        return {outcome.value: counts[outcome] for outcome in RowOutcome}

    @property
    def complete(self) -> bool:
        """Whether every row is as it was meant to be."""
        return all(row.expected and row.outcome in (RowOutcome.APPLIED, RowOutcome.UNVERIFIED) for row in self.rows)


def to_document(receipt: Receipt, *, show_contacts: bool = False) -> dict[str, Any]:
    """Return the receipt as the JSON document that is written; contacts are masked unless they are to be shown."""
    target = receipt.target
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "target": {"name": target.name, "customer_id": target.customer_id, "base_url": target.base_url},
        "source": {"commit": receipt.source.commit, "dirty": receipt.source.dirty},
        "plan_digest": receipt.plan_digest,
        "started_at": receipt.started_at,
        "finished_at": receipt.finished_at,
        "accepted": list(receipt.accepted),
        "interrupted": receipt.interrupted,
        "error": receipt.error,
        "summary": receipt.summary,
        "rows": [_row(row, show_contacts=show_contacts) for row in receipt.rows],
    }


def from_document(document: Mapping[str, Any]) -> Receipt:
    """Return the receipt that a document of the right shape holds; contacts that it masks stay masked."""
    source = document.get("source", {})
    return Receipt(
        target=PlanTarget(**document["target"]),
        source=PlanSource(source.get("commit"), source.get("dirty", False)),
        plan_digest=document["plan_digest"],
        started_at=document["started_at"],
        finished_at=document["finished_at"],
        rows=tuple(map(_read_row, document["rows"])),
        accepted=tuple(document.get("accepted", ())),
        interrupted=document.get("interrupted", False),
        error=document.get("error"),
    )


def _read_row(row: Mapping[str, Any]) -> ReceiptRow:
    outcome = RowOutcome(row["outcome"])
    return ReceiptRow(
        kind=Kind(row["kind"]),
        id=row["id"],
        action=Action(row["action"]),
        outcome=outcome,
        message=row["message"],
        source=Source(row["source"]["file"], row["source"]["line"]),
        field=row.get("field"),
        batch=row.get("batch"),
        request_id=row.get("request_id"),
        sent_at=row.get("sent_at"),
        expected=outcome is RowOutcome.APPLIED,
    )


def dumps(document: Mapping[str, Any]) -> str:
    """Return the document as text, indented, with a final line break."""
    return json_document(document, indent=1)


def shown_id(row: ReceiptRow, *, show_contacts: bool) -> str:
    """Return the row's id, a contact's masked unless it is to be shown."""
    return row.id if show_contacts or row.kind is Kind.SITE else mask_contact(row.id, row.site)


def _row(row: ReceiptRow, *, show_contacts: bool) -> dict[str, Any]:
    return {
        "kind": row.kind.value,
        "id": shown_id(row, show_contacts=show_contacts),
        "action": row.action.value,
        "outcome": row.outcome.value,
        "message": row.message,
        "source": {"file": row.source.file, "line": row.source.line},
        "field": row.field,
        "batch": row.batch,
        "request_id": row.request_id,
        "sent_at": row.sent_at,
    }
