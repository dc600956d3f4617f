"""The plan file: readable JSON, sealed by a digest of everything else in it.

"This is no plan" and "this plan can't be used" are different errors. A plan is applied exactly as saved, or not at all.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict

from dfsync import __version__
from dfsync.diff.changes import Action, Cause, Change, ExceptionTurn, FieldChange, SpecialDay
from dfsync.errors import InputError, NotSentError
from dfsync.files.selection import SiteSelection
from dfsync.model.fields import FIELD, FIELD_OF_COLUMN
from dfsync.model.kind import Kind
from dfsync.model.place import Source
from dfsync.model.text import json_document
from dfsync.model.values import Value, from_json, to_json
from dfsync.plan.values import (
    ComingDay,
    LeftBehind,
    LookAlike,
    NoLongerManaged,
    PendingFigures,
    Plan,
    PlanSource,
    PlanTarget,
    Unmanaged,
)

FORMAT = "dfsync/plan"
FORMAT_VERSION = 1
_CHANGES = ("changes", "kept", "normalised")


def to_document(plan: Plan) -> dict[str, Any]:
    """Return the plan as the JSON document that is saved, with its digest."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "dfsync_version": __version__,
        "created_at": plan.created_at,
        "target": {
            "name": plan.target.name,
            "customer_id": plan.target.customer_id,
            "base_url": plan.target.base_url,
        },
        "source": _source(plan.source),
        "summary": plan.summary,
        "changes": [_change(change) for change in plan.changes],
        "unmanaged": [_unmanaged(site) for site in plan.unmanaged],
        "left_behind": [{"site": contact.site, "id": contact.id} for contact in plan.left_behind],
        "kept": [_change(change) for change in plan.kept],
        "normalised": [_change(change) for change in plan.normalised],
        **_selection(plan.selection),
        **({"only_exceptions": True} if plan.only_exceptions else {}),
        **({"no_longer_managed": [asdict(each) for each in plan.no_longer_managed]} if plan.no_longer_managed else {}),
        "coming": [{**_special(each.day), "sites": each.sites} for each in plan.coming],
        "pending": _pending(plan.pending),
        "state": {"known": plan.has_state, "contacts_known": plan.contacts_known},
    }
    document["digest"] = digest_of(document)
    return document


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the digest of everything in the document except the digest itself."""
    rest = {name: value for name, value in document.items() if name != "digest"}
    text = json.dumps(rest, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def dumps(document: Mapping[str, Any]) -> str:
    """Return the document as text, indented, with a final line break."""
    return json_document(document, indent=1)


def loads(text: str | bytes, name: str) -> tuple[Plan, str]:
    """Read a saved plan and return it with its digest. Messages name the file as `name`.

    Raises `InputError` if it is no plan or has a format that this version does not read, and `NotSentError` if it was
    altered.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{name} is not a plan: it is not JSON", help="save one with dfsync plan --out FILE"
        ) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InputError(f"{name} is not a plan", help="save one with dfsync plan --out FILE")
    if document.get("format_version") != FORMAT_VERSION:
        raise InputError(
            f"{name} is a plan of format version {document.get('format_version')}, this dfsync reads {FORMAT_VERSION}",
            help="plan again with this version of dfsync",
        )
    if document.get("digest") != digest_of(document):
        raise NotSentError(f"{name} was altered after it was saved: its digest does not fit", help="plan again")
    _check_shape(document, name)
    if not all(map(_fits_api, (change for part in _CHANGES for change in document[part]))):
        raise NotSentError(f"{name} was altered: a value does not fit its field", help="plan again")
    try:
        plan = from_document(document)
    except ValueError as error:  # a date that no month has
        raise InputError(f"{name} is not a plan of the documented form: {error}", help="plan again") from error
    if plan.summary != document["summary"] or not _counts_all(plan):
        raise NotSentError(f"{name} was altered: its counts do not fit its changes", help="plan again")
    return plan, document["digest"]


def from_document(document: Mapping[str, Any]) -> Plan:
    """Return the plan in a document that has the right shape."""
    pending = document["pending"]
    return Plan(
        target=PlanTarget(**document["target"]),
        source=PlanSource(**document["source"]),
        created_at=document["created_at"],
        changes=tuple(_read_change(change) for change in document["changes"]),
        unchanged=document["summary"]["unchanged"],
        pending=PendingFigures(
            **{name: value for name, value in pending.items() if name not in ("lookalikes", "remembered")},
            last_applied=pending["remembered"],
            lookalikes=tuple(LookAlike(**found) for found in pending["lookalikes"]),
        ),
        unmanaged=tuple(Unmanaged(s["id"], s["name"], s.get("was_managed", False)) for s in document["unmanaged"]),
        no_longer_managed=tuple(
            NoLongerManaged(tuple(each["fields"]), tuple(each["sites"]))
            for each in document.get("no_longer_managed", ())
        ),
        left_behind=tuple(LeftBehind(**contact) for contact in document["left_behind"]),
        kept=tuple(_read_change(change) for change in document["kept"]),
        normalised=tuple(_read_change(change) for change in document["normalised"]),
        selection=SiteSelection(*(tuple(document.get(kind, ())) for kind in ("only", "group", "path", "exclude"))),
        has_state=document["state"]["known"],
        contacts_known=document["state"]["contacts_known"],
        coming=tuple(ComingDay(_read_special(each), each["sites"]) for each in document.get("coming", ())),
        only_exceptions=document.get("only_exceptions", False),
    )


def _fits_api(change: Mapping[str, Any]) -> bool:
    """Whether each value fits its field and stands in its column: reports show the field, uploads the column."""
    if change["kind"] != Kind.SITE:
        return True
    try:
        for item in change["fields"]:
            field = FIELD[item["field"]]
            from_json(field, item["before"])
            from_json(field, item["after"])
            if field.column != item["column"]:
                return False
    except (KeyError, ValueError):
        return False
    return all(column in FIELD_OF_COLUMN for column in change["required"])


def _counts_all(plan: Plan) -> bool:
    """Whether the figures that the guards check are at least those of the changes in the plan."""
    sites, pending = plan.of(Kind.SITE), plan.pending
    creates = len(plan.of(Kind.SITE, Action.CREATE))
    clears = sum(change.clears for change in sites if not change.turns_only)
    return pending.creates >= creates and pending.updates >= len(sites) - creates and pending.clears >= clears


def _check_shape(document: Mapping[str, Any], name: str) -> None:
    from dfsync.validation.checks.schema import is_valid

    if not is_valid("plan", document):
        raise InputError(
            f"{name} is not a plan of the documented form", help="dfsync schema plan prints it; plan again"
        )


def _selection(selection: SiteSelection) -> dict[str, list[str]]:
    """Return the globs of the selection. Those of --only are always written, as in earlier versions."""
    others = {"group": selection.group, "path": selection.path, "exclude": selection.exclude}
    return {"only": list(selection.only)} | {kind: list(globs) for kind, globs in others.items() if globs}


def _source(source: PlanSource) -> dict[str, Any]:
    document = {"commit": source.commit, "dirty": source.dirty}
    return {**document, "lacks": source.lacks} if source.lacks else document


def _change(change: Change) -> dict[str, Any]:
    document: dict[str, Any] = {
        "kind": change.kind.value,
        "action": change.action.value,
        "id": change.id,
        "name": change.name,
        "source": {"file": change.source.file, "line": change.source.line},
        "live_digest": change.live_digest,
        "fields": [_field(field) for field in change.fields],
        "required": dict(change.required),
    }
    if change.day is not None:
        document["day"] = change.day.isoformat()
    if change.was_live:
        document["was_live"] = True
    if change.special:
        document["special_days"] = [_special(day) for day in change.special]
    if change.turn is not None:
        document["exceptions"] = change.turn.value
    if change.kind is Kind.CONTACT:
        document["site"] = change.site
    return document


def _special(day: SpecialDay) -> dict[str, Any]:
    document = {"date": day.date.isoformat(), "hours": day.hours, "note": day.note}
    return {**document, "written_in": day.written_in} if day.written_in else document


def _field(field: FieldChange) -> dict[str, Any]:
    return {
        "field": field.field,
        "column": field.column,
        "before": to_json(field.before),
        "after": to_json(field.after),
        "cause": field.cause.value,
    }


def _unmanaged(site: Unmanaged) -> dict[str, Any]:
    document: dict[str, Any] = {"id": site.id, "name": site.name}
    return {**document, "was_managed": True} if site.was_managed else document


def _pending(pending: PendingFigures) -> dict[str, Any]:
    return {
        "live": pending.live,
        "remembered": pending.last_applied,
        "creates": pending.creates,
        "updates": pending.updates,
        "clears": pending.clears,
        "drifted": pending.drifted,
        "exceptions": pending.exceptions,
        "exceptions_begin": pending.exceptions_begin,
        "lookalikes": [{"id": like.id, "other": like.other, "why": like.why} for like in pending.lookalikes],
    }


def _read_change(document: Mapping[str, Any]) -> Change:
    kind = Kind(document["kind"])

    def value(item: Mapping[str, Any], side: str) -> Value:
        form: Any = item[side]
        return from_json(FIELD[item["field"]], form) if kind is Kind.SITE else form

    return Change(
        kind=kind,
        action=Action(document["action"]),
        id=document["id"],
        name=document["name"],
        source=Source(document["source"]["file"], document["source"]["line"]),
        fields=tuple(
            FieldChange(f["field"], f["column"], value(f, "before"), value(f, "after"), Cause(f["cause"]))
            for f in document["fields"]
        ),
        live_digest=document["live_digest"],
        required=tuple(document["required"].items()),
        day=datetime.date.fromisoformat(document["day"]) if "day" in document else None,
        special=tuple(map(_read_special, document.get("special_days", ()))),
        was_live=document.get("was_live", False),
        site=document.get("site", ""),
        turn=ExceptionTurn(document["exceptions"]) if "exceptions" in document else None,
    )


def _read_special(day: Mapping[str, Any]) -> SpecialDay:
    date = datetime.date.fromisoformat(day["date"])
    return SpecialDay(date, day["hours"], day["note"], day.get("written_in", ""))
