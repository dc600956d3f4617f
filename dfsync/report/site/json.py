"""What is known of sites as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dfsync.files.origins import Origin
from dfsync.model.hours.write import clock
from dfsync.model.masking import mask_contact
from dfsync.model.text import json_document, normal
from dfsync.model.values import to_json
from dfsync.report.site.facts import FieldFacts, SiteFacts


def render(sites: Sequence[SiteFacts]) -> str:
    """Return one document; values have the plan file's form, and `live` is null where it is not known."""
    document = {"format": "dfsync/site", "format_version": 1, "sites": [_site(facts) for facts in sites]}
    return json_document(document)


def _site(facts: SiteFacts) -> dict[str, Any]:
    source = facts.source
    return {
        "id": facts.id,
        "name": facts.name,
        "source": {"file": source.file, "line": source.line} if source else None,
        "in_live": facts.live is not None if facts.live_known else None,
        "applied": facts.applied,
        "fields": [_field(one) for one in facts.fields],
        "exceptions": [
            {
                "date": exception.date.isoformat(),
                "until": exception.last.isoformat(),
                "to": exception.last.isoformat(),
                "closed": not exception.spans,
                "hours": [f"{clock(start)}-{clock(stop - 1)}" for start, stop in exception.spans],
                "note": exception.note,
                "source": _origin(origin),
            }
            for exception, origin in facts.exceptions.items()
        ],
        "contacts": [mask_contact(id, normal(facts.id)) for id in facts.contacts],
    }


def _field(facts: FieldFacts) -> dict[str, Any]:
    return {
        "field": facts.field.name,
        "managed": facts.managed,
        "files": to_json(facts.files),
        "live": to_json(facts.live),
        "state": facts.state,
        "last_applied": facts.last_sent,
        "source": _origin(facts.origin),
    }


def _origin(origin: Origin | None) -> dict[str, Any] | None:
    if origin is None:
        return None
    return {"kind": origin.kind, "name": origin.name or None, "file": origin.file, "line": origin.line}
