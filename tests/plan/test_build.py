"""From desired, live and last applied to a plan."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from dfsync.diff.changes import Action, Cause, SpecialDay
from dfsync.model.exception_days import DatedException
from dfsync.model.fields import FIELD
from dfsync.model.hours.week import CLOSED, Week
from dfsync.model.kind import Kind
from dfsync.model.last_applied import LastApplied, LastAppliedContact, LastAppliedSite
from dfsync.model.settings import ApiSettings, Config, ContactCsv
from dfsync.model.values import Value, digest, to_json
from dfsync.plan.contact_changes import contact_digest, field_digest
from dfsync.plan.drift import drift_of
from dfsync.plan.values import Plan
from tests.plan.small_plans import NOW, contact, plan, planner, row, site

KEY = b"key"


def knowing(**applied: Mapping[str, Value]) -> LastApplied:
    """Return a memory of sites, each with the values that were last applied."""
    sites = {
        id: LastAppliedSite.of({name: digest(FIELD[name], value, KEY) for name, value in fields.items()})
        for id, fields in applied.items()
    }
    return LastApplied(KEY, sites, {}, known=True)


def test_a_site_that_is_as_desired_leaves_only_its_id_in_memory() -> None:
    made = planner([site("a", timezone="UTC")])
    assert made.keep(row("a", Timezone=" UTC ")).live is None
    assert made.keep(row("a", Timezone="Asia/Tokyo")).live is not None


def test_a_create_has_every_written_field_that_is_not_empty_with_before_null() -> None:
    [change] = plan([site("a", timezone="UTC", currency=None, groups=(), operational_hours=CLOSED)], []).changes
    assert change.action is Action.CREATE
    assert change.live_digest is None
    assert [(field.field, to_json(field.before), to_json(field.after)) for field in change.fields] == [
        ("name", None, "Store a"),
        ("timezone", None, "UTC"),
        ("operational_hours", None, []),
    ]


def test_an_update_has_only_what_differs_and_a_clear_has_after_null() -> None:
    live = row("a", Timezone="UTC", Currency="USD", **{"Site Groups": "x,y"})
    [change] = plan([site("a", timezone="UTC", currency=None, groups=())], [live]).changes
    assert [(field.field, to_json(field.before), to_json(field.after)) for field in change.fields] == [
        ("groups", ["x", "y"], None),
        ("currency", "USD", None),
    ]
    assert change.clears == 2
    assert change.live_digest == live.digest()
    assert change.required == (("Site Name", "Store a"),)


def test_a_required_column_that_no_file_manages_carries_lives_value() -> None:
    config = Config(api=ApiSettings(required_columns=("Site ID", "Site Name", "Timezone", "Currency")))
    live = row("a", Timezone="Asia/Tokyo", Currency="JPY")
    [change] = plan([site("a", currency="USD")], [live], config=config).changes
    assert dict(change.required) == {"Site Name": "Store a", "Timezone": "Asia/Tokyo"}


def test_what_no_file_describes_is_unmanaged_and_never_changed() -> None:
    made = plan([site("a")], [row("a"), row("b"), row("c")], last_applied=knowing(c={"name": "Store c"}))
    assert made.changes == ()
    assert [(found.id, found.was_managed) for found in made.unmanaged] == [("b", False), ("c", True)]
    assert made.summary == {
        "create": 0,
        "update": 0,
        "unchanged": 1,
        "unmanaged": 2,
        "contacts_create": 0,
        "contacts_update": 0,
    }


def test_changes_are_sites_before_contacts_each_by_id() -> None:
    made = plan([site("b"), site("a")], [], contacts=[contact("b", "z@x.y"), contact("a", "a@x.y")])
    assert [(change.kind, change.id) for change in made.changes] == [
        (Kind.SITE, "a"),
        (Kind.SITE, "b"),
        (Kind.CONTACT, "a/a@x.y"),
        (Kind.CONTACT, "b/z@x.y"),
    ]


def test_only_chooses_changes_and_limits_still_count_the_whole_target() -> None:
    sites = [site(f"s{n}", timezone="UTC") for n in range(4)]
    live = [row(f"s{n}", Timezone="Asia/Tokyo") for n in range(3)]
    made = plan(sites, live, contacts=[contact("s0", "a@x.y"), contact("s1", "a@x.y")], only=("s0", "s3"))
    assert [change.id for change in made.changes] == ["s0", "s3", "s0/a@x.y"]
    assert (made.pending.updates, made.pending.creates, made.pending.live) == (3, 1, 3)


def test_a_look_alike_counts_where_it_would_be_sent() -> None:
    sites = [site("Store-1"), site("b", timezone="UTC")]
    live = [row("store-1"), row("b")]
    assert plan(sites, live).pending.lookalikes
    assert not plan(sites, live, only=("b",)).pending.lookalikes


class TestDrift:
    def made(self, on_drift: Any, live: str = "Asia/Tokyo", desired: str = "UTC") -> tuple[list[str], list[str], int]:
        config = Config(on_drift=on_drift)
        last_applied = knowing(a={"name": "Store a", "timezone": "UTC"})
        found = plan([site("a", timezone=desired)], [row("a", Timezone=live)], config=config, last_applied=last_applied)
        sent, kept = ([field.cause for c in part for field in c.fields] for part in (found.changes, found.kept))
        return sent, kept, found.pending.drifted

    def test_is_sent_back_kept_or_only_counted(self) -> None:
        assert self.made("revert") == ([Cause.DRIFT], [], 1)
        assert self.made("keep") == ([], [Cause.DRIFT], 1)
        assert self.made("fail") == ([Cause.DRIFT], [], 1)

    def test_where_both_moved_the_file_wins_even_when_drift_is_kept(self) -> None:
        assert self.made("keep", desired="Europe/Paris") == ([Cause.BOTH], [], 1)

    def test_a_change_of_the_files_is_none(self) -> None:
        assert self.made("keep", live="UTC", desired="Europe/Paris") == ([Cause.CHANGE], [], 0)


class TestContacts:
    def remembering(self, **fields: str) -> LastApplied:
        id = contact_digest("a/ada@x.y", KEY)
        known = {name: field_digest(name, value, KEY) for name, value in fields.items()}
        return LastApplied(KEY, {}, {id: LastAppliedContact("a", known)}, known=True)

    def test_without_state_all_are_sent_and_the_plan_says_that_it_can_not_know(self) -> None:
        made = plan([site("a")], [row("a")], contacts=[contact("a", "ada@x.y", phone="1", role=None)])
        [change] = made.changes
        assert change.action is Action.CREATE
        assert [field.field for field in change.fields] == ["site", "email", "phone"]
        assert not made.contacts_known

    def test_only_fields_that_changed_travel_with_the_key(self) -> None:
        last_applied = self.remembering(site="a", email="ada@x.y", phone="1", role="boss")
        desired = contact("a", "ada@x.y", phone="2", role="boss")
        [change] = plan([site("a")], [row("a")], contacts=[desired], last_applied=last_applied).changes
        assert [field.field for field in change.fields] == ["phone"]
        assert dict(change.required) == {"Site ID": "a", "Contact Email": "ada@x.y"}

    def test_a_field_that_becomes_empty_is_cleared_and_one_that_never_was_is_not_sent(self) -> None:
        last_applied = self.remembering(site="a", email="ada@x.y", phone="1")
        desired = contact("a", "ada@x.y", phone=None, role=None)
        [change] = plan([site("a")], [row("a")], contacts=[desired], last_applied=last_applied).changes
        assert [(field.field, field.after) for field in change.fields] == [("phone", None)]

    def test_a_known_contact_without_changes_is_left_alone_and_a_gone_one_is_told(self) -> None:
        last_applied = self.remembering(site="a", email="ada@x.y")
        assert not plan(
            [site("a")], [row("a")], contacts=[contact("a", " ada@x.y ")], last_applied=last_applied
        ).changes
        [left] = plan([site("a")], [row("a")], last_applied=last_applied).left_behind
        assert left.site == "a"
        assert "ada" not in left.id

    def test_a_key_of_ones_own_is_respected(self) -> None:
        config = Config(contact_csv=ContactCsv(key=("email",)))
        [change] = plan([site("a")], [row("a")], contacts=[contact("a", "ada@x.y")], config=config).changes
        assert change.id == "ada@x.y"


def test_a_change_of_hours_knows_the_exceptions_that_shape_it() -> None:
    """Those of its week, and no others; a change of something else knows none."""
    near, far = NOW.date() + datetime.timedelta(days=2), NOW.date() + datetime.timedelta(days=30)
    exceptions = (DatedException(near, ((540, 840),), "Half day"), DatedException(far, ()))
    hours = [{"days": ["Mon"], "start": "09:00", "end": "17:00"}]
    changed = site("a", exceptions, operational_hours=CLOSED)
    [change] = plan([changed], [row("a", **{"Operational Hours": hours})]).changes
    assert change.special == (SpecialDay(near, "09:00–13:59", "Half day"),)
    renamed = site("a", exceptions, escalation_path="Ops")
    assert [c.special for c in plan([renamed], [row("a")]).changes] == [()]


def test_a_create_knows_that_the_site_was_live() -> None:
    """State remembers having sent it; a site that was never there is just new."""
    known = knowing(a={"name": "Store a"})
    made = plan([site("a"), site("b")], [], last_applied=known)
    assert [(change.id, change.was_live) for change in made.changes] == [("a", True), ("b", False)]


class TestTakenAway:
    """A site that state remembers, the files describe, and live has no more: somebody took it away."""

    def made(self, on_drift: Any = "revert", **fields: Any) -> Plan:
        known = knowing(a={"name": "Store a", "timezone": "UTC"})
        config = Config(on_drift=on_drift)
        people = [contact("a", "new@a.example"), contact("b", "new@b.example")]
        sites = [site("a", **{"timezone": "UTC", **fields}), site("b")]
        return plan(sites, [row("b")], contacts=people, config=config, last_applied=known)

    @pytest.mark.parametrize("on_drift", ["revert", "fail"])
    def test_is_drift_like_any_edit_elsewhere(self, on_drift: str) -> None:
        made = self.made(on_drift)
        [change] = made.of(Kind.SITE)
        assert {field.cause for field in change.fields} == {Cause.DRIFT}
        assert (change.was_live, made.pending.drifted, made.pending.creates) == (True, 1, 1)
        assert [found.id for found in drift_of(made)] == ["a"]

    def test_is_made_anew_with_its_contacts(self) -> None:
        """They went with it, though state remembers having sent them."""
        people = [contact("a", "a@x.example", name="Ada"), contact("b", "b@x.example", name="Bob")]
        sent = {
            contact_digest(f"{one.site}/{one.fields['email']}", KEY): LastAppliedContact(
                one.site, {name: field_digest(name, text, KEY) for name, text in one.fields.items()}
            )
            for one in people
        }
        known = replace(knowing(a={"name": "Store a"}), contacts=sent)
        made = plan([site("a"), site("b")], [row("b")], contacts=people, last_applied=known)
        assert [change.id for change in made.of(Kind.CONTACT)] == ["a/a@x.example"]

    def test_stays_away_with_its_contacts_when_drift_is_kept(self) -> None:
        made = self.made("keep")
        assert [change.id for change in made.changes] == ["b/new@b.example"]
        assert [change.id for change in made.kept] == ["a"]
        assert (made.pending.drifted, made.pending.creates, made.unchanged) == (1, 0, 2)
        assert [found.id for found in drift_of(made)] == ["a"]

    def test_is_made_anew_where_its_files_changed_too(self) -> None:
        [change] = self.made("keep", timezone="Asia/Tokyo").of(Kind.SITE)
        assert {field.field: field.cause for field in change.fields} == {"name": Cause.DRIFT, "timezone": Cause.BOTH}

    def test_stays_away_on_a_day_whose_hours_are_others(self) -> None:
        """The week with a dated exception is not what was applied, and nobody changed the files."""
        closed = (DatedException(NOW.date(), ()),)
        week = Week((((540, 1080),),) * 7)
        known = knowing(a={"name": "Store a", "operational_hours": week})
        away = site("a", closed, operational_hours=week)
        made = plan([away, site("b")], [row("b")], config=Config(on_drift="keep"), last_applied=known)
        assert (made.changes, [change.id for change in made.kept]) == ((), ["a"])
