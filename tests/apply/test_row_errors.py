"""Row errors are matched to rows, whatever number the server starts to count from."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dfsync.api.protocol.values import RowError
from dfsync.apply.outcome.row_errors import Numbering, attributed
from dfsync.diff.changes import Action, Change, FieldChange
from dfsync.model.kind import Kind
from dfsync.model.place import Source
from dfsync.render.sheets import UploadSheet, sheet

COLUMNS = ("Site ID", "Site Name", "Escalation Path")


def made(ids: list[str], values: list[str]) -> UploadSheet:
    """Return a sheet of updates of one field."""
    rows = tuple(
        Change(
            Kind.SITE,
            Action.UPDATE,
            id,
            "Store",
            Source("sites/a.yaml", 1),
            (FieldChange("escalation_path", "Escalation Path", None, value),),
            required=(("Site Name", "Store"),),
        )
        for id, value in zip(ids, values, strict=True)
    )
    return sheet(Kind.SITE, COLUMNS, rows)


def error(row: int | None, value: str, message: str = "Invalid value", column: str = "Escalation Path") -> RowError:
    return RowError(row, column, value, message)


def rows_of(problems: Any) -> list[list[str]]:
    return [[change.id for change in problem.changes] for problem in problems]


def test_the_value_alone_tells_a_row_when_only_one_has_it() -> None:
    problems, _ = attributed([error(99, "b")], made(["s1", "s2", "s3"], ["a", "b", "c"]), Numbering())
    assert rows_of(problems) == [["s2"]]
    assert problems[0].field == "escalation_path"


def test_an_id_in_the_words_tells_the_row_and_a_longer_id_is_not_taken_for_it() -> None:
    """The documents' own example names the site: "Invalid Operational Hours for Site ID 123 on row 5"."""
    found = made(["123", "1234", "123-a", "12"], ["x"] * 4)
    for id in ("123", "1234", "123-a", "12"):
        problems, _ = attributed([error(5, "x", f"Invalid value for Site ID {id} on row 5")], found, Numbering())
        assert rows_of(problems) == [[id]]
        problems, _ = attributed([error(5, "x", f'Invalid value for Site ID "{id}".')], found, Numbering())
        assert rows_of(problems) == [[id]]


def test_one_error_that_is_sure_tells_how_the_server_counts_for_all_others() -> None:
    found = made(["s1", "s2", "s3", "s4"], ["same", "same", "only", "same"])
    problems, numbering = attributed([error(7, "same"), error(6, "only")], found, Numbering())
    assert rows_of(problems) == [["s4"], ["s3"]]
    later, _ = attributed([error(5, "same")], made(["t1", "t2", "t3"], ["same"] * 3), numbering)
    assert rows_of(later) == [["t2"]]


def test_a_row_that_could_be_another_is_not_guessed() -> None:
    """Equal values and an unknown base: every row that it may be is named, none is picked."""
    problems, _ = attributed([error(2, "same")], made(["s1", "s2", "s3"], ["same"] * 3), Numbering())
    assert rows_of(problems) == [["s1", "s2", "s3"]]
    assert not problems[0].certain


def test_two_errors_far_apart_leave_one_way_to_count() -> None:
    """Row 2 and row 4 of three equal rows can only be the first and the last."""
    problems, _ = attributed([error(2, "same"), error(4, "same")], made(["s1", "s2", "s3"], ["same"] * 3), Numbering())
    assert rows_of(problems) == [["s1"], ["s3"]]


def test_numbers_that_contradict_the_text_are_not_believed() -> None:
    found = made(["s1", "s2", "s3"], ["a", "b", "same"])
    problems, numbering = attributed([error(2, "a"), error(2, "b")], found, Numbering())
    assert rows_of(problems) == [["s1"], ["s2"]]
    assert numbering == Numbering()


def test_lines_of_text_are_told_from_records() -> None:
    """A cell with line breaks shifts the numbers of a server that counts lines."""
    found = made(["s1", "s2", "s3", "s4"], ["a\nb\nc", "only", "same", "same"])
    problems, _ = attributed([error(5, "only"), error(7, "same")], found, Numbering())
    assert rows_of(problems) == [["s2"], ["s4"]]


def test_an_error_of_the_header_is_about_all_rows() -> None:
    found = made(["s1", "s2"], ["a", "b"])
    for wrong in (error(1, "Escalation Path"), error(1, "", "Missing column 'Timezone'", column="Timezone")):
        problems, numbering = attributed([wrong], found, Numbering())
        assert rows_of(problems) == [["s1", "s2"]]
        assert numbering == Numbering()


@st.composite
def answers(draw: st.DrawFn) -> list[tuple[UploadSheet, list[int], list[RowError]]]:
    """Return sheets, the rows that are wrong in each, and the errors of a server that counts in one way throughout."""
    base, by_line = draw(st.integers(0, 4)), draw(st.booleans())
    quotes_value, names_id = draw(st.sampled_from(("as sent", "trimmed", "not"))), draw(st.booleans())
    cells = st.lists(st.sampled_from(("a", "b", " a", "c\nd", "e\r\nf\n", "")), min_size=1, max_size=8)
    result = []
    for number in range(draw(st.integers(1, 3))):
        values = draw(cells)
        found = made([f"s{number}-{row}" for row in range(len(values))], values)
        wrong = draw(st.lists(st.sampled_from(range(len(values))), unique=True, max_size=4))
        starts = [0]
        for value in values:
            starts.append(starts[-1] + 1 + value.replace("\r\n", "\n").count("\n"))
        errors = []
        for row in wrong:
            said = (
                values[row] if quotes_value == "as sent" else values[row].strip() if quotes_value == "trimmed" else ""
            )
            words = f"Invalid value for Site ID {found.rows[row].id}: no" if names_id else "Invalid value"
            errors.append(error(base + (starts[row] if by_line else row), said, words))
        result.append((found, wrong, errors))
    return result


@settings(max_examples=500, derandomize=True)
@given(answers())
def test_no_error_is_ever_put_to_a_wrong_row(sheets: list[tuple[UploadSheet, list[int], list[RowError]]]) -> None:
    """Over all ways to count and to tell: a certain row is the right one, an uncertain one is among those named."""
    numbering = Numbering()
    for found, wrong, errors in sheets:
        problems, numbering = attributed(errors, found, numbering)
        for row, problem in zip(wrong, problems, strict=True):
            assert found.rows[row] in problem.changes
            if "Site ID" in problem.message:
                assert problem.certain
