"""Changes of contacts. Contacts can't be exported, so only the digests in state tell what was last sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from dfsync.diff.changes import Action, Change, FieldChange
from dfsync.model.kind import Kind
from dfsync.model.last_applied import LastApplied, LastAppliedContact
from dfsync.model.settings import ContactCsv
from dfsync.model.site import Contact
from dfsync.model.text import normal
from dfsync.model.values import keyed
from dfsync.plan.values import LeftBehind


def contact_changes(contacts: Iterable[Contact], sheet: ContactCsv, last_applied: LastApplied) -> Iterator[Change]:
    """Yield the contacts to send: those that were never sent, and those with fields that differ from the last time."""
    for contact in contacts:
        id = contact.key(sheet.key)
        known = last_applied.contacts.get(contact_digest(id, last_applied.key))
        written = [name for name in sheet.columns if name in contact.fields]
        if known is None:
            fields = [name for name in written if _sent(contact, name)]
        else:
            fields = [
                n
                for n in written
                if known.fields.get(n, _EMPTY) != field_digest(n, contact.fields[n], last_applied.key)
            ]
            fields = [name for name in fields if _sent(contact, name) or name in known.fields]
        if not fields:
            continue
        changes = tuple(FieldChange(name, sheet.columns[name], None, _sent(contact, name)) for name in fields)
        yield Change(
            Kind.CONTACT,
            Action.CREATE if known is None else Action.UPDATE,
            id,
            contact.fields.get("name") or "",
            contact.source,
            changes,
            required=required(contact, sheet, fields),
            site=normal(contact.site),
        )


def _sent(contact: Contact, name: str) -> str | None:
    """Return the text of a field as it is sent: None for white space, which is equal to empty."""
    text = contact.fields[name]
    return text if normal(text) else None


def required(contact: Contact, sheet: ContactCsv, fields: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return the cells of the key fields, by which the API knows a contact, without the fields that are sent anyway."""
    names = (name for name in sheet.columns if name in sheet.key and name not in fields)
    return tuple((sheet.columns[name], contact.fields.get(name) or "") for name in names)


def left_behind(contacts: Iterable[Contact], sheet: ContactCsv, last_applied: LastApplied) -> Iterator[LeftBehind]:
    """Yield the contacts that state remembers and that no file has, ordered by site and id."""
    desired = {contact_digest(contact.key(sheet.key), last_applied.key) for contact in contacts}
    gone = [LeftBehind(known.site, id) for id, known in last_applied.contacts.items() if id not in desired]
    yield from sorted(gone, key=lambda left: (left.site, left.id))


def last_applied_contact(change: Change, key: bytes) -> tuple[str, LastAppliedContact]:
    """Return a contact that was sent as state remembers it: its digest, and the digests of its fields."""
    fields = {field.field: field_digest(field.field, field.after, key) for field in change.fields}
    return contact_digest(change.id, key), LastAppliedContact(change.site, fields)


def contact_digest(id: str, key: bytes) -> str:
    """Return the keyed digest of the id of a contact. State knows the contact by it."""
    return keyed(f"contact\0{normal(id)}", key)


def field_digest(name: str, value: str | None, key: bytes) -> str:
    """Return the keyed digest of a contact's field; None and "" are the same emptiness."""
    return keyed(f"{name}\0{normal(value)}", key)


_EMPTY = ""
