"""Which value wins, field by field: that of live or that of the files, by what was last applied."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dfsync.findings import Finding
from dfsync.model.fields import FIELD
from dfsync.model.hours.file_form.read import read_hours
from dfsync.model.last_applied import LastApplied, LastAppliedSite
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.model.values import Value, digest
from dfsync.pull.selection import EDITED_BOTH, EDITED_HERE
from dfsync.pull.values import PullScope
from tests.pull.worlds import World

FILE = "sites/a.yaml"
TEXT = "id: a\nname: A\ncurrency: EUR # c\ntimezone: Europe/Berlin\n"
ROW = {"Site ID": "a", "Site Name": "A", "Currency": "EUR", "Timezone": "Europe/Berlin"}


def applied(**fields: Value) -> LastApplied:
    """Return a state in which a site was applied with these values."""
    digests = {name: digest(FIELD[name], value, b"k") for name, value in fields.items()}
    return LastApplied(b"k", {"a": LastAppliedSite.of(digests)}, known=True)


def world(currency: str | None = None) -> World:
    """Return a repository of one site, whose currency was applied as given."""
    made = World.of({FILE: TEXT})
    if currency is not None:
        made.last_applied = applied(name="A", currency=currency, timezone="Europe/Berlin")
    return made


def test_without_state_live_comes_in():
    """Nobody can tell who moved, and live is what was asked for."""
    made = world()
    pulled = made.pull([{**ROW, "Currency": "USD"}])
    assert made.text(FILE) == TEXT.replace("EUR", "USD")
    assert (pulled.created, pulled.updated, pulled.notices) == (0, 1, ())


def test_drift_comes_in():
    """What was edited elsewhere since the last apply is taken over."""
    made = world("EUR")
    made.pull([{**ROW, "Currency": "USD"}])
    assert made.text(FILE) == TEXT.replace("EUR", "USD")


def test_an_edit_that_is_not_applied_yet_stays_and_is_told():
    """Live still has what was last applied: there is nothing to take in, and the file is not set back."""
    made = world("USD")
    pulled = made.pull([{**ROW, "Currency": "USD"}])
    assert pulled.changes == ()
    assert [(notice.what, notice.who) for notice in pulled.notices] == [(EDITED_HERE, "a currency")]


def test_where_both_were_edited_the_file_wins():
    """The user decided later and in review; live's value is told of, not taken."""
    made = world("CHF")
    pulled = made.pull([{**ROW, "Currency": "USD"}])
    assert pulled.changes == ()
    assert [(notice.what, notice.who) for notice in pulled.notices] == [(EDITED_BOTH, "a currency")]


@pytest.mark.parametrize("last", ["USD", "CHF"])
def test_force_takes_live_all_the_same(last):
    """--force is for people who know that live is right."""
    made = world(last)
    made.pull([{**ROW, "Currency": "USD"}], scope=PullScope(force=True))
    assert made.text(FILE) == TEXT.replace("EUR", "USD")


def test_only_drift_leaves_out_what_state_does_not_know():
    """A field that was never applied, and a site that no file has, are no drift."""
    made = world()
    made.last_applied = applied(timezone="Europe/Berlin")
    rows = [{**ROW, "Currency": "USD", "Timezone": "Europe/Paris"}, {"Site ID": "b", "Site Name": "B"}]
    made.pull(rows, scope=PullScope(only_drift=True))
    assert made.text(FILE) == TEXT.replace("Berlin", "Paris")
    assert "sites/b.yaml" not in made.files


def test_only_unmanaged_leaves_the_files_alone():
    """--unmanaged brings new sites, and changes nothing that is there."""
    made = world()
    made.pull([{**ROW, "Currency": "USD"}, {"Site ID": "b", "Site Name": "B"}], scope=PullScope(only_unmanaged=True))
    assert made.text(FILE) == TEXT
    assert made.text("sites/b.yaml") == "id: b\nname: B\n"


def test_ids_choose_sites():
    """Only the sites that are named come in."""
    made = world()
    made.pull([{**ROW, "Currency": "USD"}, {"Site ID": "b", "Site Name": "B"}], scope=PullScope(ids=frozenset("b")))
    assert made.text(FILE) == TEXT
    assert "sites/b.yaml" in made.files


def test_fields_that_a_file_leaves_out_stay_out():
    """A field that no file writes stays as it is in live."""
    made = world()
    assert made.pull([{**ROW, "Escalation Path": "Ops", "Site Groups": "West"}]).changes == ()


def test_another_spelling_is_no_change():
    """Equal text, equal groups and equal hours are equal, however live spells them."""
    made = World.of({FILE: TEXT + "groups: [B, A]\noperational_hours: {Sat: 22:00-02:00}\n"})
    hours = [{"days": ["Sun"], "start": "00:00", "end": "02:00"}, {"days": ["Sat"], "start": "22:00", "end": "23:59"}]
    row = {**ROW, "Currency": " EUR ", "Site Groups": "A, B", "Operational Hours": hours}
    assert made.pull([row]).changes == ()


def test_a_cleared_field_becomes_null_or_goes():
    """null empties a field; where an empty cell can't, the field is left out."""
    made = world()
    made.pull([{**ROW, "Currency": ""}])
    assert made.text(FILE) == TEXT.replace("EUR", "null")
    made = World.of({FILE: TEXT}, "version: 1\napi: {blank_cells: keep}\n")
    made.pull([{**ROW, "Currency": ""}])
    assert made.text(FILE) == TEXT.replace("currency: EUR # c\n", "")


def test_what_validate_would_refuse_stays_out_and_is_told():
    """The file keeps its own value, and a new site is written without the field."""
    made = world()
    pulled = made.pull([{**ROW, "Timezone": "Mars/Base"}, {"Site ID": "b", "Site Name": "B", "Timezone": "Mars/Base"}])
    assert made.text(FILE) == TEXT
    assert made.text("sites/b.yaml") == "id: b\nname: B\n"
    assert {notice.who for notice in pulled.notices} == {"a", "b"}
    assert all("DF105" in notice.what for notice in pulled.notices)


def test_a_name_is_never_emptied():
    """A file without a name would be wrong; live's lack of one is notices."""
    made = world()
    pulled = made.pull([{**ROW, "Site Name": ""}])
    assert made.text(FILE) == TEXT
    assert [notice.what for notice in pulled.notices] == ["name stays as the file has it: a site needs one"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"Site ID": "b"}, "name is missing"),
        ({"Site ID": "b,c", "Site Name": "B"}, "DF109"),
        ({"Site ID": "A", "Site Name": "B"}, "differs from another's in case"),
    ],
)
def test_a_site_that_no_file_can_hold_is_left_out(row, words):
    """It stays unmanaged, and the user is told why."""
    made = world()
    pulled = made.pull([ROW, row])
    assert pulled.changes == ()
    assert [words in notice.what for notice in pulled.notices] == [True]


EXCEPTIONS = TEXT + "operational_hours: {Mon-Sun: 09:00-17:59}\nexceptions: [{date: '2026-11-25', closed: true}]\n"
WEDNESDAY_CLOSED = {"Mon-Tue": "09:00-17:59", "Thu-Sun": "09:00-17:59"}


def row_with(hours: object) -> dict[str, object]:
    """Return a row of live with these hours."""
    week = read_hours(hours).week
    assert week is not None
    from dfsync.model.hours.write import entries

    return {**ROW, "Operational Hours": entries(week)}


def test_a_dated_exception_in_live_is_no_edit():
    """Live shows the week with today's exceptions, as apply sent it; the usual week in the file is right."""
    made = World.of({FILE: EXCEPTIONS})
    assert made.pull([row_with(WEDNESDAY_CLOSED)]).changes == ()


def test_the_usual_week_changes_around_a_dated_exception():
    """Days that no exception replaces come in; the exception's own day keeps its usual hours."""
    made = World.of({FILE: EXCEPTIONS})
    made.pull([row_with({**WEDNESDAY_CLOSED, "Mon-Tue": "10:00-17:59"})])
    assert "operational_hours: {Mon-Tue: 10:00-17:59, Wed-Sun: 09:00-17:59}" in made.text(FILE)
    assert made.plan([row_with({**WEDNESDAY_CLOSED, "Mon-Tue": "10:00-17:59"})]).changes == ()


def test_an_edit_of_the_exceptions_own_day_is_told():
    """No usual week could show what live shows, so the file is left alone."""
    made = World.of({FILE: EXCEPTIONS})
    pulled = made.pull([row_with({"Mon-Sun": "09:00-17:59"})])
    assert pulled.changes == ()
    assert "dated exception" in pulled.notices[0].what


def test_a_rule_that_crashes_leaves_the_site_out_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules are guarded here as in a check: what was not judged does not come in."""

    def crash(site: Site, _: Config) -> Iterator[Finding]:
        raise KeyError(site.id)
        yield

    monkeypatch.setattr("dfsync.pull.objections.SITE_RULES", (crash,))
    made = world()
    pulled = made.pull([{"Site ID": "b", "Site Name": "B"}])
    assert pulled.changes == ()
    assert "DF008" in str(pulled.notices)
