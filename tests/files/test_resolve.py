"""From what is written to sites and contacts: defaults, profiles and exceptions resolved as the contract says."""

from __future__ import annotations

import datetime
from typing import Any

from dfsync.files.config import profile
from dfsync.files.entries import entries
from dfsync.files.resolve import Resolver, contact, merged
from dfsync.files.yaml.parse import parse
from dfsync.model.hours.write import describe
from dfsync.model.kind import Kind
from dfsync.model.settings import Default
from dfsync.model.site import Contact, Site

WEEK = {"Mon-Fri": "09:00-18:59"}


def built(text: str, *defaults: dict[str, Any], **profiles: Any) -> tuple[Site, list[str]]:
    """Return the first site of a file and the messages about its hours."""
    builder = Resolver(
        tuple(Default("sites/**", values, (0, "defaults", n)) for n, values in enumerate(defaults)),
        {name: profile(written, name)[0] for name, written in profiles.items()},
    )
    entry = next(entries(parse(text.encode()), Kind.SITE))
    site, problems = builder.site(entry, "sites/a.yaml")
    return site, [problem.message for problem in problems]


def test_a_field_that_is_not_written_is_not_there_and_null_is_empty() -> None:
    """Absent means unmanaged; null, "" and an empty list are emptiness."""
    site, _ = built('id: a\nname: b\nescalation_path:\ncurrency: ""\ngroups: []\naddress: {city: null, state: "NO"}\n')
    assert site.fields == {
        "name": "b",
        "escalation_path": None,
        "currency": None,
        "groups": None,
        "address.city": None,
        "address.state": "NO",
    }


def test_later_defaults_win_and_a_sites_own_value_wins_over_all() -> None:
    """Addresses merge, lists replace whole, and text in defaults stays text."""
    site, _ = built(
        "id: a\nname: b\naddress: {city: Own}\ngroups: [Own]\n",
        {"currency": "USD", "address": {"country": "USA", "city": "X"}, "groups": ["One", "Two"]},
        {"currency": "EUR", "address": {"postal_code": "02134"}},
    )
    assert site.fields["currency"] == "EUR"
    assert site.fields["groups"] == ("Own",)
    assert {name: value for name, value in site.fields.items() if name.startswith("address.")} == {
        "address.country": "USA",
        "address.city": "Own",
        "address.postal_code": "02134",
    }


def test_null_of_a_site_empties_what_a_default_gives() -> None:
    """An own null is a value like any other."""
    site, _ = built("id: a\nname: b\naddress:\ncurrency:\n", {"address": {"city": "X"}, "currency": "USD"})
    assert site.fields["currency"] is None
    assert "address.city" not in site.fields


def test_hours_come_from_the_site_from_a_profile_or_from_a_default() -> None:
    """All forms mean the same; own hours replace a default's whole."""
    by_profile, _ = built("id: a\nname: b\noperational_hours: {profile: retail}\n", retail=WEEK)
    by_default, _ = built("id: a\nname: b\n", {"operational_hours": {"profile": "retail"}}, retail=WEEK)
    own, _ = built("id: a\nname: b\noperational_hours: {Sat: closed}\n", {"operational_hours": WEEK})
    assert describe(by_profile.fields["operational_hours"]) == "Mon–Fri 09:00–18:59"
    assert by_default.fields == by_profile.fields
    assert describe(own.fields["operational_hours"]) == "closed all week"


def test_a_profile_brings_its_exceptions_and_a_sites_own_win_by_date() -> None:
    """A profile has `hours` and `exceptions`, or exceptions beside its days."""
    dates = [{"date": "2026-12-25", "closed": True}, {"date": "2026-12-24", "hours": "09:00-14:00"}]
    own = "exceptions: [{date: 2026-12-24, hours: closed, note: Inventory}]\n"
    text = f"id: a\nname: b\noperational_hours: {{profile: retail}}\n{own}"
    for written in ({**WEEK, "exceptions": dates}, {"hours": WEEK, "exceptions": dates}):
        site, problems = built(text, retail=written)
        assert problems == []
        assert [(each.date, each.spans, each.note) for each in site.exceptions] == [
            (datetime.date(2026, 12, 24), (), "Inventory"),
            (datetime.date(2026, 12, 25), (), None),
        ]


def test_exceptions_need_hours_whoever_brings_them() -> None:
    """Hours that are absent or null have no week that a day could differ from; broken hours are another problem."""
    dates = [{"date": "2026-12-25", "hours": "closed"}]
    message = ["exceptions need operational_hours: the week that they differ from"]
    own = "id: a\nname: b\nexceptions: [{date: 2026-12-25, hours: closed}]\n"
    assert built(own)[1] == message
    assert built(own + "operational_hours:\n")[1] == message
    assert built("id: a\nname: b\n", {"exceptions": dates})[1] == message
    assert built(own + "operational_hours: []\n")[1] == []
    assert built(own + "operational_hours: {profile: retail}\n", retail={"Mon": "9"})[1] == []


def test_hours_that_cannot_be_read_are_no_hours() -> None:
    """A broken profile is not taken for emptiness: the site's hours stay unmanaged, and the profile is reported."""
    site, problems = built("id: a\nname: b\noperational_hours: {profile: retail}\n", retail={"Mon": "9"})
    assert "operational_hours" not in site.fields
    assert problems == []


def test_values_of_a_wrong_type_are_passed_over() -> None:
    """The schema reports them; nothing raises."""
    site, _ = built(
        "id: [a]\nname: {b: c}\naddress: x\ngroups: x\nexceptions: [x, {date: [y]}, {date: 2026-01-01, hours: [{}]}]\n"
        "internal_id: x\ntimezone: [z]\n"
    )
    assert (site.id, site.fields, site.internal_id, site.exceptions) == ("", {}, None, ())


def test_a_contact_in_a_site_belongs_to_it() -> None:
    """Its site is implied; outside a site it is written."""
    inside = parse(b"id: site-1\nname: b\ncontacts:\n  - {name: Ada, phone: }\n")
    outside = parse(b"contacts: [{site: site-1, name: Ada}]\n")
    found = [contact(entry, "f") for parsed in (inside, outside) for entry in entries(parsed, Kind.SITE)][1:]
    assert [each.fields for each in found] == [
        {"name": "Ada", "phone": None, "site": "site-1"},
        {"site": "site-1", "name": "Ada"},
    ]
    assert [(each.line, each.place.pointer) for each in found] == [
        (4, (0, "contacts", 0)),
        (1, (0, "contacts", 0)),
    ]
    assert isinstance(found[0], Contact)


def test_mappings_are_not_changed_by_merging() -> None:
    """Defaults are shared by many sites."""
    under, over = {"address": {"city": "A"}}, {"address": {"state": "B"}}
    assert merged(under, over) == {"address": {"city": "A", "state": "B"}}
    assert (under, over) == ({"address": {"city": "A"}}, {"address": {"state": "B"}})
