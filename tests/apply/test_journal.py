"""The journal that an apply leaves when it is killed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dfsync.apply.journal import Journal
from dfsync.apply.outcome.events import Answered, AnswerLost, Refused, Sending
from dfsync.apply.outcome.row_errors import RowProblem
from dfsync.diff.changes import Action, Change, FieldChange
from dfsync.errors import InputError
from dfsync.model.kind import Kind
from dfsync.model.last_applied import LastAppliedSite
from dfsync.model.place import Source
from dfsync.render.sheets import UploadSheet
from dfsync.state.target_state import TargetState

KEY = b"k" * 16


def contact(email: str) -> Change:
    fields = (FieldChange("email", "Contact Email", None, email), FieldChange("name", "Contact Name", None, "Ada"))
    return Change(Kind.CONTACT, Action.CREATE, f"s/{email}", "Ada", Source("c.yaml", 1), fields, site="s")


def uploaded(*rows: Change) -> UploadSheet:
    return UploadSheet(rows[0].kind, (), rows, b"")


def begun(root: Path, plan: str = "sha256:1", key: bytes = KEY) -> Journal:
    journal = Journal(root, "production")
    journal.begin("2026-01-01T00:00:00Z", plan, key)
    return journal


def test_contacts_that_were_answered_are_folded_into_state_and_others_are_not(tmp_path: Path) -> None:
    """A contact that was taken without an error is known.

    One in an upload with errors, without an answer or refused is sent again.
    """
    journal = begun(tmp_path)
    rows = [contact(f"{name}@example.com") for name in ("good", "beside", "bad", "lost", "refused", "flying")]
    journal(Sending(1, uploaded(rows[0])))
    journal(Answered(1, uploaded(rows[0]), (), None))
    journal(Sending(2, uploaded(*rows[1:3])))
    journal(Answered(2, uploaded(*rows[1:3]), (RowProblem((rows[2],), None, "no"),), None))
    for number, (row, came) in enumerate(zip(rows[3:5], (AnswerLost, Refused), strict=True), 3):
        journal(Sending(number, uploaded(row)))
        if came is AnswerLost:
            journal(AnswerLost(number, uploaded(row), "", None))
        else:
            journal(Refused(number, uploaded(row), "", None, final=True, refused=True))
    journal(Sending(5, uploaded(rows[5])))
    journal.close()
    found = Journal(tmp_path, "production").unfinished()
    assert found is not None
    assert (found.sent, found.answered) == (5, 3)
    assert len(found.folded(TargetState(KEY)).contacts) == 1


def test_a_new_state_takes_the_key_of_the_journal_and_another_state_keeps_its_own(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal(Sending(1, uploaded(contact("a@example.com"))))
    journal(Answered(1, uploaded(contact("a@example.com")), (), None))
    journal.close()
    found = Journal(tmp_path, "production").unfinished()
    assert found is not None
    assert found.folded(TargetState(b"new")).key == KEY
    other = TargetState(b"other", sites={"s": LastAppliedSite()})
    assert found.folded(other) == other


def test_what_an_earlier_killed_apply_had_done_is_not_forgotten_by_the_next(tmp_path: Path) -> None:
    for email in ("a@example.com", "b@example.com"):
        journal = begun(tmp_path, plan=email)
        journal(Sending(1, uploaded(contact(email))))
        journal(Answered(1, uploaded(contact(email)), (), None))
        journal.close()
    found = Journal(tmp_path, "production").unfinished()
    assert found is not None
    assert len(found.contacts) == 2


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_line_that_was_cut_off_does_not_spoil_the_others(tmp_path: Path, cut: int) -> None:
    journal = begun(tmp_path)
    journal(Sending(1, uploaded(contact("a@example.com"))))
    journal.close()
    [file] = (tmp_path / ".dfsync/journal").iterdir()
    file.write_bytes(file.read_bytes()[:-cut])
    again = begun(tmp_path)
    again(Sending(1, uploaded(contact("b@example.com"))))
    again.close()
    found = Journal(tmp_path, "production").unfinished()
    assert found is not None
    assert found.sent == 1


def test_it_holds_no_personal_data(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal(Sending(1, uploaded(contact("ada@example.com"))))
    journal.close()
    [file] = (tmp_path / ".dfsync/journal").iterdir()
    assert "ada" not in file.read_text().lower()
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_journal_says_what_losing_it_costs(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.close()
    [file] = (tmp_path / ".dfsync/journal").iterdir()
    file.write_text('{"event": "begun"}\n')
    with pytest.raises(InputError) as raised:
        Journal(tmp_path, "production").unfinished()
    assert "contacts" in (raised.value.help or "")


def test_nothing_is_left_after_the_end(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.end()
    assert Journal(tmp_path, "production").unfinished() is None


@pytest.mark.parametrize("contact", ['{"site": {}, "fields": {}}', '{"site": "a", "fields": {"name": {}}}', '"a"', "1"])
def test_a_planted_contact_of_a_wrong_shape_is_no_journal(tmp_path: Path, contact: str) -> None:
    """A journal may come from anywhere: what it holds is judged before it is folded into state."""
    journal = begun(tmp_path)
    journal.close()
    [file] = (tmp_path / ".dfsync/journal").iterdir()
    lines = f'{{"event": "sending", "batch": 1, "kind": "contact", "rows": {{"c": {contact}}}}}\n'
    file.write_text(f'{file.read_text()}{lines}{{"event": "answered", "batch": 1, "wrong": []}}\n')
    with pytest.raises(InputError, match="can't be read as a journal"):
        Journal(tmp_path, "production").unfinished()


@pytest.mark.parametrize("part", ["at", "plan"])
def test_a_time_that_is_no_text_ends_no_apply(tmp_path: Path, part: str) -> None:
    journal = begun(tmp_path)
    journal.close()
    [file] = (tmp_path / ".dfsync/journal").iterdir()
    file.write_text(json.dumps({**json.loads(file.read_text()), part: 5}))
    unfinished = Journal(tmp_path, "production").unfinished()
    assert unfinished is not None
    assert getattr(unfinished, "begun_at" if part == "at" else part) == "5"


def test_a_line_too_deep_to_read_is_passed_over(tmp_path: Path) -> None:
    """It is treated like a line that was cut off."""
    journal = begun(tmp_path)
    journal.close()
    [file] = (tmp_path / ".dfsync/journal").iterdir()
    file.write_text("[" * 100_000 + "\n" + file.read_text())
    assert Journal(tmp_path, "production").unfinished() is not None
