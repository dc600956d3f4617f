"""Characters that look like YAML's own are named, with their place and the one that was meant."""

from __future__ import annotations

import pytest

from tests.validation.repositories import found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id:\u00a0s1\nname: A\n", "U+00A0 (no-break space) stands at column 4 where a blank was meant"),
        ("id: s1\nname\uff1aA\n", "U+FF1A (fullwidth colon) stands at column 5 where : was meant"),
        ("\u00a0id: s1\nname: A\n", "id: U+00A0 (no-break space) stands at column 1 where a blank was meant"),
        ("id: s1\nname: A\ngroups:\n\u00a0\u00a0- a\n", "U+00A0 (no-break space) stands at column 1"),
        ("id: s1\nname: A\ngroups:\n-\u00a0a\n- b\n", "in line 4, U+00A0 (no-break space) stands at column 2"),
        ("“id”: s1\nname: A\n", "id”: U+201C (left double quotation mark) stands at column 1"),
        ("id: s1\nname: A\ngroups: ［a, b］\n", "write [a, b]"),
    ],
)
def test_the_character_and_the_one_that_was_meant_are_said(text: str, told: str) -> None:
    findings = found({"sites/a.yaml": text})
    assert findings
    assert all(finding.severity == "error" for finding in findings)
    assert any(told in f"{finding.message}\n{finding.help}" for finding in findings), findings


def test_a_key_that_only_looks_wrong_is_one_finding() -> None:
    """It is unknown, and not missing as well."""
    assert [finding.code for finding in found({"sites/a.yaml": "“id”: s1\nname: A\n"})] == ["DF101"]


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("id: s1\nname: A\ngroups: [a，b, c]\n", "DF409", "list each group by itself: a,b"),
        ("id: s1\nname: A\ngroups: [東京、大阪]\n", "DF409", "U+3001 (ideographic comma) stands after “東京” where ,"),
        ("id:\u00a0s1\nname: A\n", "DF002", "in line 1, U+00A0 (no-break space) stands at column 4"),
        ("id: s1\nname: A\naddress: {city：X}\n", "DF101", "U+FF1A (fullwidth colon) stands at column 5"),
        ("id: s1\nname: A\naddress:\u00a0{city: X}\n", "DF101", "U+00A0 (no-break space) stands at column 9"),
        ("id: s1\nname: A\noperational_hours: {Mon-Fri： 09:00-17:00}\n", "DF201", "U+FF1A (fullwidth colon)"),
        ("id: s\u0578te-1\nname: A\n", "DF409", "U+0578 (armenian small letter vo) stands after “s” where n was meant"),
    ],
)
def test_one_odd_character_is_one_finding(text: str, code: str, told: str) -> None:
    """If there is an offer, it keeps everything else that is written there."""
    (finding,) = found({"sites/a.yaml": text})
    assert finding.code == code
    assert told in f"{finding.message}; {finding.help}"
