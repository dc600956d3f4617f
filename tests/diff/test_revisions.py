"""The comparison of two desired states, as laws."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dfsync.diff.changes import Action
from dfsync.diff.revisions import NOTHING, differences
from dfsync.model.fields import FIELDS, FieldKind
from dfsync.model.place import Place
from dfsync.model.site import Contact, Desired, Site

_PLACE = Place("sites/one.yaml")
_TEXT_FIELDS = [field.name for field in FIELDS if field.kind is FieldKind.TEXT]
_values = st.none() | st.sampled_from(["one", " one ", "two", "é", "é"])
_sites = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.dictionaries(st.sampled_from(_TEXT_FIELDS[:3]), _values),
    max_size=3,
)


def desired(sites: dict[str, dict[str, str | None]]) -> Desired:
    """Return sites with these fields, and a contact for each."""
    return Desired(
        {id: Site(id, fields, _PLACE, 1) for id, fields in sites.items()},
        {f"{id}/x": Contact({"site": id, "name": fields.get("name")}, _PLACE, 1) for id, fields in sites.items()},
    )


@given(_sites)
def test_nothing_differs_from_itself(sites: dict[str, dict[str, str | None]]) -> None:
    """A revision compared with itself has no difference."""
    assert differences(desired(sites), desired(sites)) == ()


@given(_sites, _sites)
def test_other_way_round_is_the_mirror(
    one: dict[str, dict[str, str | None]], other: dict[str, dict[str, str | None]]
) -> None:
    """Turned around, added is removed, and before is after."""
    mirrored = {Action.CREATE: Action.REMOVE, Action.REMOVE: Action.CREATE, Action.UPDATE: Action.UPDATE}
    forth, back = differences(desired(one), desired(other)), differences(desired(other), desired(one))
    assert [(change.id, mirrored[change.action]) for change in forth] == [(change.id, change.action) for change in back]
    for there, here in zip(forth, back, strict=True):
        assert [(d.field, d.before, d.after) for d in there.fields] == [
            (d.field, d.after, d.before) for d in here.fields
        ]


@given(_sites)
def test_everything_is_added_to_nothing(sites: dict[str, dict[str, str | None]]) -> None:
    """Against a revision without dfsync.yaml every entry is there, once."""
    found = differences(NOTHING, desired(sites))
    assert {change.action for change in found} <= {Action.CREATE}
    assert len(found) == 2 * len(sites)
