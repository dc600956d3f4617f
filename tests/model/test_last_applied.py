"""The digests of a site's fields, as one text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dfsync.apply.desired_digests import DesiredDigests, background_digests
from dfsync.apply.next_state import knows_rest
from dfsync.model.fields import FIELD
from dfsync.model.hours.live import live_hours
from dfsync.model.hours.week import CLOSED
from dfsync.model.last_applied import LastApplied, LastAppliedSite, digests_with
from dfsync.model.values import digest
from dfsync.state.target_state import TargetState
from tests.plan.small_plans import planner, site

KEY = b"key"
WEEK = live_hours([{"days": ["Mon"], "start": "09:00", "end": "17:00"}])
texts = st.sampled_from([None, "", "A", " A ", "Café", "Café"])
sites = st.fixed_dictionaries(
    {},
    optional={
        "name": texts,
        "address.city": texts,
        "shipping_address.city": texts,
        "groups": st.sampled_from([None, (), ("a", "b"), ("b", "a"), ("b",)]),
        "operational_hours": st.sampled_from([None, CLOSED, WEEK]),
    },
)


@given(st.lists(sites, max_size=6))
def test_taken_together_they_are_those_of_each_field(found):
    """This holds for values that sites share, and for fields that a site leaves unmanaged."""
    for fields, digests in zip(found, map(digests_with(KEY), found), strict=True):
        each = {name: digest(FIELD[name], value, KEY) for name, value in fields.items()}
        assert LastAppliedSite(digests).fields == each
        assert LastAppliedSite.of(each).digests == digests


def test_equal_values_of_two_fields_have_different_digests():
    """State must not tell that a site ships to where it is."""
    digests = digests_with(KEY)({"address.city": "A", "shipping_address.city": "A"})
    assert len(set(LastAppliedSite(digests).fields.values())) == 2


def test_a_field_that_is_no_longer_managed_teaches_nothing():
    """State may know more than the files ask for; another value, or a field it does not know, is worth an export."""
    made = planner([site("a", timezone="UTC")], last_applied=LastApplied(KEY))
    digests = DesiredDigests(made, background_digests(1, lambda _: made))

    def knowing(**fields):
        return TargetState(KEY, {"a": LastAppliedSite.of({n: digest(FIELD[n], v, KEY) for n, v in fields.items()})})

    assert knows_rest(knowing(name="Store a", timezone="UTC"), digests, ())
    assert knows_rest(knowing(name="Store a", timezone="UTC", currency="EUR"), digests, ())
    assert not knows_rest(knowing(name="Store a", timezone="Asia/Tokyo"), digests, ())
    assert not knows_rest(knowing(name="Store a"), digests, ())
    assert not knows_rest(TargetState(KEY), digests, ())
    assert knows_rest(TargetState(KEY), digests, {"a"}), "what was seen needs no export"
