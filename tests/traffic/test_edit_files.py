"""What traffic taught goes into the files as a person would write it, and changes nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dfsync.errors import InputError
from dfsync.files.storage.tree import WorkTree
from dfsync.files.yaml.parse import parse
from dfsync.model.hours.file_form.read import read_hours
from dfsync.model.hours.week import DAY, Week, overlaps
from dfsync.model.place import Place
from dfsync.model.site import Site
from dfsync.traffic.edit_files import edited_files, hours_change, id_change
from tests.traffic.scene import shop, week

FILE = """\
# Two stores
sites:
  - id: a   # the first
    name: Store A
    operational_hours: {profile: retail}
  - {id: b, name: Store B}
"""
A, B = (Site(id, {}, Place("sites/all.yaml", (0, "sites", number)), 1) for number, id in enumerate("ab"))


@pytest.fixture
def tree(tmp_path: Path) -> WorkTree:
    """Write a file of two sites."""
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites/all.yaml").write_text(FILE)
    return WorkTree(tmp_path)


def test_hours_and_ids_are_spliced_in_and_the_rest_stays(tree: WorkTree) -> None:
    """Both sites of one file, comments kept; the id is a number."""
    data = edited_files(tree, [hours_change(A, shop()), id_change(B, 750)])["sites/all.yaml"].decode()
    assert "# Two stores\n" in data
    assert "- id: a   # the first\n" in data
    assert "{id: b, name: Store B, internal_id: 750}" in data
    first = parse(data.encode()).documents[0]["sites"][0]
    assert read_hours(first["operational_hours"]).week == shop()


def test_a_file_that_can_not_be_edited_is_named(tree: WorkTree, tmp_path: Path) -> None:
    """And left as it is."""
    (tmp_path / "sites/all.yaml").write_text("sites: [\n")
    with pytest.raises(InputError, match=r"sites/all\.yaml"):
        edited_files(tree, [id_change(A, 750)])


spans = st.tuples(st.integers(0, DAY - 1), st.integers(2, DAY)).map(lambda pair: (pair[0], pair[0] + pair[1]))
days = st.tuples(*[st.lists(spans, max_size=2).map(lambda found: tuple(sorted(found)))] * 7)


@given(days.filter(lambda found: not any(overlaps(found))))
@example(((), (), (), (), (), (), ((1, DAY + 1),)))
def test_hours_as_they_are_written_read_as_the_same_week(found: tuple[tuple[tuple[int, int], ...], ...]) -> None:
    """Nights, several spans a day, closed days, all day; what no file can say is refused."""
    try:
        _, change = hours_change(A, Week(found))
    except InputError:
        assert any(stop % DAY == 1 for spans in Week(found).by_day() for _, stop in spans)
        return
    assert read_hours(change.value).week == Week(found)


def test_closed_all_week_is_written_as_such() -> None:
    """It is an empty mapping, and not nothing."""
    assert hours_change(A, week())[1].value == {}
    assert hours_change(A, shop(closed=(2, 6)))[1].value == {"Mon-Tue,Thu-Sat": "09:00-17:59"}
