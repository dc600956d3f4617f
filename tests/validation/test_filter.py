"""Filters leave findings out of the report only, and a known finding is recognised even if its line has moved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dfsync.errors import InputError
from dfsync.fingerprints import fingerprints
from dfsync.validation.baseline import described, dumps, read_baseline, shrunk
from dfsync.validation.check import check_findings
from dfsync.validation.filter import in_files, not_among
from tests.validation.repositories import checked, tree_of

FILES = {
    "sites/a.yaml": "id: s1\nname: ' A'\n",
    "sites/b.yaml": "id: s1\nname: ' B'\n",
    "sites/c.yaml": "id: s3\nname: ' C'\n",
}


def test_findings_of_a_file_are_those_that_involve_it() -> None:
    """A duplicate is reported with either of its files; the counts are those of the files that were asked for."""
    result = check_findings(tree_of(FILES), with_rows=True)
    for file in ("sites/a.yaml", "sites/b.yaml"):
        findings = in_files(result.findings, {file}, result.rows)
        assert sorted(each.code for each in findings.diagnostics) == ["DF301", "DF403"]
        assert (findings.files, findings.sites) == (1, 1)
    assert [each.code for each in in_files(result.findings, {"sites/c.yaml"}, result.rows).diagnostics] == ["DF403"]


def test_errors_of_the_configuration_are_always_reported() -> None:
    """They put everything else in doubt; its warnings are not."""
    config = "version: 1\non_drift: x\nhours_profiles: {unused: {Mon: closed}}\n"
    result = check_findings(tree_of({**FILES, "dfsync.yaml": config}), with_rows=True)
    findings = in_files(result.findings, {"sites/c.yaml"}, result.rows)
    assert [each.code for each in findings.diagnostics] == ["DF104", "DF403"]


def test_what_is_known_stays_known_when_lines_move() -> None:
    """A second finding of the same kind in the same entry is new."""
    known = set(fingerprints(checked(FILES).findings.diagnostics))
    moved = {path: "# a comment\n\n" + text for path, text in FILES.items()}
    assert not_among(checked(moved).findings, known).diagnostics == ()
    moved["sites/c.yaml"] += "currency: Euro\n"
    assert [each.code for each in not_among(checked(moved).findings, known).diagnostics] == ["DF108"]


def test_a_baseline_only_shrinks(tmp_path: Path) -> None:
    """It holds what was found, loses what is found no more, and never gains."""
    path = tmp_path / "baseline.json"
    path.write_text(dumps(described(checked(FILES).findings)))
    known = read_baseline(path)
    assert len(known) == 4
    assert all(words.startswith("DF") for words in known.values())
    fewer = {**FILES, "sites/b.yaml": "id: s2\nname: ' B'\ncurrency: Euro\n"}
    left = shrunk(known, checked(fewer).findings)
    assert set(left) < set(known)
    assert sorted(words[:5] for words in left.values()) == ["DF403", "DF403"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "dfsync/baseline"}',
        "[" * 100_000,
        '{"format": "dfsync/baseline", "format_version": 2, "findings": {}}',
    ],
)
def test_a_file_that_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    """With a word on how to make one; a baseline that is not there is no empty baseline."""
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(InputError):
        read_baseline(path)
    with pytest.raises(InputError, match="No such file"):
        read_baseline(tmp_path / "gone.json")


def test_the_same_findings_give_the_same_bytes() -> None:
    """In the order of the findings, as JSON that a diff can show."""
    text = dumps(described(checked(FILES).findings))
    assert text == dumps(described(checked(dict(reversed(FILES.items()))).findings))
    assert list(json.loads(text)) == ["format", "format_version", "findings"]
