"""Contacts come in from spreadsheets only, and are written where the site's other contacts are."""

from __future__ import annotations

import pytest

from dfsync.model.last_applied import LastApplied, LastAppliedContact
from dfsync.plan.contact_changes import contact_digest, field_digest
from dfsync.pull.selection import OLDER_ROW
from dfsync.pull.values import PullScope
from tests.pull.worlds import World

ADA = {"site": "a", "name": "Ada", "email": "ada@example.com"}
SITE = "id: a\nname: A\n"


def test_contacts_of_a_new_site_are_written_with_it():
    """Their site is implied."""
    world = World.of()
    world.pull([{"Site ID": "a", "Site Name": "A"}], [ADA, {"site": "a", "email": "b@example.com", "phone": "0123"}])
    assert world.text("sites/a.yaml") == (
        "id: a\nname: A\ncontacts:\n"
        "  - {name: Ada, email: ada@example.com}\n"
        '  - {email: b@example.com, phone: "0123"}\n'
    )


def test_new_contacts_go_where_the_others_are():
    """Into the site, into the list beside the sites, or into the file of contacts."""
    world = World.of({"sites/a.yaml": SITE + "contacts:\n- {email: x@example.com} # first\n"})
    world.pull([], [ADA])
    assert world.text("sites/a.yaml").endswith(
        "contacts:\n- {email: x@example.com} # first\n- {name: Ada, email: ada@example.com}\n"
    )
    apart = "contacts:\n  - {site: a, email: x@example.com}\n"
    world = World.of({"sites/a.yaml": SITE, "contacts/all.yaml": apart})
    world.pull([], [ADA])
    assert world.text("contacts/all.yaml") == apart + "  - {site: a, name: Ada, email: ada@example.com}\n"
    assert world.text("sites/a.yaml") == SITE
    assert world.pull([], [ADA]).changes == ()


def test_a_contact_of_the_files_changes_in_place():
    """Fields that the file left out are added; the key finds the contact, however it is spelled."""
    text = SITE + "contacts:\n  - name: 'Eva' # boss\n    email: ada@example.com\n"
    world = World.of({"sites/a.yaml": text})
    world.pull([], [{**ADA, "email": " ada@example.com ", "phone": "+1"}])
    assert world.text("sites/a.yaml") == text.replace("'Eva'", "'Ada'") + '    phone: "+1"\n'


def test_a_contact_that_was_edited_and_not_sent_yet_stays():
    """State's digest tells that the file moved since; --force takes the spreadsheet's."""
    world = World.of({"sites/a.yaml": SITE + "contacts: [{name: Eva, email: ada@example.com}]\n"})
    digests = {"name": field_digest("name", "Ada", b"k"), "email": field_digest("email", ADA["email"], b"k")}
    contact = LastAppliedContact("a", digests)
    world.last_applied = LastApplied(b"k", {}, {contact_digest("a/ada@example.com", b"k"): contact}, known=True)
    pulled = world.pull([], [ADA])
    assert pulled.changes == ()
    assert [(notice.what, notice.who) for notice in pulled.notices] == [(OLDER_ROW, "a contact name")]
    assert world.pull([], [ADA], PullScope(force=True)).updated == 1


@pytest.mark.parametrize(
    ("contact", "words"),
    [
        ({"site": "a", "name": "Ada"}, "DF304"),
        ({"site": "b", "name": "Ada", "email": "a@b.c"}, "no file has their site"),
    ],
)
def test_a_contact_that_no_file_can_hold_is_left_out(contact, words):
    """Without its key it could not be told apart; without its site it has no place."""
    world = World.of({"sites/a.yaml": SITE})
    pulled = world.pull([], [contact])
    assert pulled.changes == ()
    assert words in pulled.notices[0].what


def test_options_choose_contacts_by_their_site():
    """IDs name sites; --unmanaged leaves known contacts alone, --only-drift brings no new ones."""
    world = World.of({"sites/a.yaml": SITE + "contacts: [{name: Eva, email: ada@example.com}]\n"})
    new = {**ADA, "email": "new@example.com"}
    for scope in (PullScope(ids=frozenset("b")), PullScope(only_unmanaged=True), PullScope(only_drift=True)):
        assert new["email"] not in str(world.pull([], [new], scope).changes)
    assert world.pull([], [ADA], PullScope(only_unmanaged=True)).changes == ()
