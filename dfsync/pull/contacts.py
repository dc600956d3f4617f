"""Finds the new contacts of a spreadsheet, and the changed values of contacts that the files have.

Contacts can't be exported, so a spreadsheet is the only source. State tells which of them were edited in the files
since they were last sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from dfsync.findings import Severity
from dfsync.model.fields import CONTACT_FIELDS
from dfsync.model.last_applied import LastApplied
from dfsync.model.place import NOWHERE
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Desired
from dfsync.model.text import normal
from dfsync.plan.contact_changes import contact_digest, field_digest
from dfsync.pull.selection import OLDER_ROW
from dfsync.pull.values import Notices, PullScope
from dfsync.validation.checks.severity import Levels
from dfsync.validation.rule import run_rules
from dfsync.validation.rules.entry_rules import CONTACT_RULES


class ContactUpdates(Struct):
    """Contacts of the files with their new values, and new contacts by site."""

    changed: list[tuple[Contact, dict[str, str]]] = field(default_factory=list)
    new: dict[str, list[dict[str, str]]] = field(default_factory=dict)


def contact_updates(
    incoming: Iterable[Mapping[str, str]],
    desired: Desired,
    config: Config,
    last_applied: LastApplied,
    scope: PullScope,
    notices: Notices,
    moved: Mapping[tuple[str, ...], tuple[str, ...]] = {},
) -> ContactUpdates:
    """Return the contacts that change. A contact that validate would refuse is left out.

    If a person changed a part of the key of a contact, `moved` maps the new key to the one that the files have.
    """
    names = config.contact_csv.key
    known = {contact.folded_key(names): contact for contact in desired.contacts.values()}
    levels = Levels(config.rules)
    taken, seen = ContactUpdates(), set[tuple[str, ...]]()
    for cells in incoming:
        fields = {name: text for name in CONTACT_FIELDS if (text := normal(cells.get(name)))}
        contact = Contact(fields, NOWHERE, 0)
        if scope.ids and contact.site not in scope.ids:
            continue
        objections = [
            finding
            for finding in run_rules(CONTACT_RULES, NOWHERE, contact, config)
            if levels.of(finding.code, finding.place.file) is Severity.ERROR
        ]
        if objections:
            notices.add(f"contact left out: {objections[0].message} ({objections[0].code})", contact.site)
        elif (key := contact.folded_key(names)) in seen:
            notices.add(f"contact left out: an earlier row has the same {' and '.join(names)}", contact.site)
        elif (there := known.get(moved.get(key, key))) is not None:
            values = _changed(there, fields, names, last_applied, scope, notices)
            if values and not scope.only_unmanaged:
                taken.changed.append((there, values))
        else:
            taken.new.setdefault(contact.site, []).append(fields)
        seen.add(contact.folded_key(names))
    return taken


def _changed(
    there: Contact,
    fields: Mapping[str, str],
    names: tuple[str, ...],
    last_applied: LastApplied,
    scope: PullScope,
    notices: Notices,
) -> dict[str, str]:
    """Return the new values of a contact of the files, also those that its file left out.

    A row that still says what was last applied is older than the edit of the file, which stays.
    """
    key = last_applied.key
    known = last_applied.contacts.get(contact_digest(there.key(names), key))
    values = {}
    for name, text in fields.items():
        before = there.fields.get(name)
        if normal(before) == normal(text):
            continue
        applied = known.fields.get(name) if known else None
        if applied is not None and applied == field_digest(name, text, key) and not scope.force:
            notices.add(OLDER_ROW, f"{there.site} contact {name}")
        else:
            values[name] = text
    return values
