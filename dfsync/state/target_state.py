"""What was last applied to a target, as a value and as JSON.

Digests only, keyed by a random key, so that neither a site's fields nor a contact's address can be read from it; the
only plain words are site ids. One site a line, so that versions of it differ little: the values that the API respells
are kept apart, since few sites have any. Version 1 had longer digests, each under the name of its field.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from msgspec import Struct, field
from msgspec.structs import asdict, replace

from dfsync.errors import ConfigError, InputError
from dfsync.model.last_applied import NAMES, LastApplied, LastAppliedContact, LastAppliedSite, split
from dfsync.model.settings import Target
from dfsync.model.values import DIGITS

FORMAT = "dfsync/state"
FORMAT_VERSION = 2
_KEY_BYTES = 16
_MOST_HISTORY = 1000
LOSS = (
    "without it nothing on the server is lost: contacts are sent again once, and until the next apply edits made"
    " elsewhere can't be told from changes"
)


UNFINISHED = "unfinished"


class ApplyEntry(Struct, frozen=True):
    """One apply: when (UTC), from which commit, by whom, what it planned, and what became of the rows.

    `outcome` is `complete`, `partial` or `interrupted`, or `unfinished` where nobody recorded the end: then `at` is
    when it began. `changes` and `rows` count as the plan's and the receipt's summaries do.
    """

    at: str
    by: str
    outcome: str
    commit: str | None
    dirty: bool
    plan: str
    changes: Mapping[str, int]
    rows: Mapping[str, int]


class TargetState(Struct, frozen=True):
    """The state of one target; `history` is oldest first.

    `begun` is the apply that was about to send when this state was stored, unfinished; the state at the end of an apply
    has none.
    """

    key: bytes
    sites: Mapping[str, LastAppliedSite] = field(default_factory=dict)
    contacts: Mapping[str, LastAppliedContact] = field(default_factory=dict)
    history: tuple[ApplyEntry, ...] = ()
    begun: ApplyEntry | None = None

    @property
    def entries(self) -> tuple[ApplyEntry, ...]:
        """The history, and the apply that began and has not ended."""
        return self.history if self.begun is None else (*self.history, self.begun)

    def last_applied(self) -> LastApplied:
        """Return what was last applied, for the diff."""
        return LastApplied(
            self.key, self.sites, self.contacts, known=any(applied.outcome != UNFINISHED for applied in self.history)
        )

    def with_begun(self, begun: ApplyEntry) -> TargetState:
        """Return the state for an apply that is about to send. An earlier one that did not end stays in the history."""
        return replace(self, history=self.entries[-_MOST_HISTORY:], begun=begun)

    def with_applied(self, applied: ApplyEntry) -> TargetState:
        """Return the state with one more entry of history. If there are too many, the oldest go."""
        return replace(self, history=(*self.history, applied)[-_MOST_HISTORY:], begun=None)

    def left_unfinished(self, plan: str) -> bool:
        """Whether an apply of this very plan began, and did not end with all of it applied."""
        if self.begun is not None and self.begun.plan == plan:
            return True
        last = next((applied for applied in reversed(self.history) if applied.plan == plan), None)
        return last is not None and last.outcome != "complete"


def empty_state() -> TargetState:
    """Return the state of a target to which nothing was ever applied, with a new key."""
    return TargetState(secrets.token_bytes(_KEY_BYTES))


def dumps(state: TargetState, target: Target) -> bytes:
    """Return the state as JSON, one site, contact or apply a line, in a fixed order."""
    head = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "target": {"customer_id": target.customer_id, "base_url": target.base_url},
        "key": state.key.hex(),
        "fields": NAMES,
    }
    if state.begun is not None:
        head["begun"] = asdict(state.begun)
    known = sorted(state.sites.items())
    seen_once = [(id, site.seen_once) for id, site in known if site.seen_once]
    parts = [
        _json(head)[:-1],
        b'"sites": {%b}' % _members((id, site.digests) for id, site in known),
        b'"normalised": {%b}' % _members((id, site.normalised) for id, site in known if site.normalised),
        *([b'"seen_once": {%b}' % _members(seen_once)] if seen_once else []),
        b'"contacts": {%b}' % _members((id, asdict(contact)) for id, contact in sorted(state.contacts.items())),
        b'"history": [%b]}\n' % _lines(_json(asdict(applied)) for applied in state.history),
    ]
    return b",\n".join(parts)


def loads(data: bytes, target: Target, where: str) -> TargetState:
    """Read what `dumps` wrote; `where` stands for it in messages.

    Raises InputError if it is broken or too new, ConfigError when it is the state of another customer or server.
    """
    try:
        document = orjson.loads(data)
        _check_format(document, where)
        state = _read_state(document)
        customer_id, base_url = int(document["target"]["customer_id"]), str(document["target"]["base_url"])
        host = _host(base_url)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"{where} can't be read as state: {error}", help=f"restore or remove it; {LOSS}") from error
    if (customer_id, host) != (target.customer_id, _host(target.base_url)):
        raise ConfigError(
            f"{where} is the state of customer {customer_id} at {base_url}, not of customer {target.customer_id}"
            f" at {target.base_url}",
            help=f"give each customer and server a target of its own in dfsync.yaml, or remove that state; {LOSS}",
        )
    return state


def _check_format(document: Any, where: str) -> None:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError("it is no state of dfsync")
    if document["format_version"] not in (1, FORMAT_VERSION):
        raise InputError(
            f"{where} has format version {document['format_version']}, this dfsync reads 1 and {FORMAT_VERSION}",
            help="use the version of dfsync that wrote it",
        )


def _read_state(document: Mapping[str, Any]) -> TargetState:
    key = bytes.fromhex(document["key"])
    if not key:
        raise ValueError("its key is empty, and would hide nothing")
    return TargetState(
        key,
        _first_sites(document) if document["format_version"] == 1 else _sites(document),
        {id: read_contact(contact) for id, contact in document["contacts"].items()},
        tuple(_applied(applied) for applied in document["history"]),
        _applied({**_BEGUN, **document["begun"]}) if "begun" in document else None,
    )


def _sites(document: Mapping[str, Any]) -> dict[str, LastAppliedSite]:
    sites = {id: LastAppliedSite(digests) for id, digests in _texts(document["sites"]).items()}
    for id, pairs in document["normalised"].items():
        sites[id] = replace(sites[id], normalised={name: _pair(pair) for name, pair in pairs.items()})
    for id, pairs in document.get("seen_once", {}).items():
        sites[id] = replace(sites[id], seen_once={name: _pair(pair) for name, pair in pairs.items()})
    names = tuple(document["fields"])
    if names == NAMES:
        return sites
    return {
        id: LastAppliedSite.of(split(site.digests, names), site.normalised, site.seen_once)
        for id, site in sites.items()
    }


def _first_sites(document: Mapping[str, Any]) -> dict[str, LastAppliedSite]:
    """Read the sites of version 1; ours are the beginnings of its digests."""
    return {
        id: LastAppliedSite.of(
            {name: digest[:DIGITS] for name, digest in _texts(site["fields"]).items()},
            {name: _pair(pair) for name, pair in site.get("normalised", {}).items()},
        )
        for id, site in document["sites"].items()
    }


def read_contact(form: Any) -> LastAppliedContact:
    """Read a contact as state and journal keep it. Raises TypeError or KeyError when it is none."""
    site, fields = form["site"], _texts(form["fields"])
    if not isinstance(site, str):
        raise TypeError("a site's id is a text")
    return LastAppliedContact(site, fields)


def _texts(form: Any) -> dict[str, str]:
    """Return a mapping of texts. Raises TypeError for anything else, since anybody may have written a state."""
    texts = dict(form)
    if not {str}.issuperset(map(type, texts.values())):
        raise TypeError("a digest is a text")
    return texts


def _pair(form: Any) -> tuple[str, str]:
    sent, live = form
    if not (isinstance(sent, str) and isinstance(live, str)):
        raise TypeError("a digest is a text")
    return sent[:DIGITS], live[:DIGITS]


_BEGUN: dict[str, Any] = {
    "by": "unknown",
    "outcome": UNFINISHED,
    "commit": None,
    "dirty": False,
    "changes": {},
    "rows": {},
}
"""The fields that the first states of version 2 lack for an apply that had begun."""


def _applied(form: Any) -> ApplyEntry:
    applied = ApplyEntry(**form)
    texts = (applied.at, applied.by, applied.outcome, applied.commit or "", applied.plan)
    counts = (*applied.changes.values(), *applied.rows.values())
    if not ({str}.issuperset(map(type, texts)) and {int}.issuperset(map(type, counts))):
        raise TypeError("an entry of the history is broken")
    return applied


def _host(base_url: str) -> str | None:
    """Return the host that tells servers apart; a port does not, since a sandbox gets another one each time."""
    return urlsplit(base_url).hostname


_json = orjson.dumps


def _members(items: Iterable[tuple[str, object]]) -> bytes:
    return _lines(b"%b: %b" % (_json(id), _json(value)) for id, value in items)


def _lines(items: Iterable[bytes]) -> bytes:
    text = b",\n".join(items)
    return b"\n%b\n" % text if text else b""
