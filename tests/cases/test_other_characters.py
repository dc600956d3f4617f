"""Characters that look like YAML's own are named, with their place and the one that was meant."""

from __future__ import annotations

import pytest

from tests.validation.repositories import found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id:\u00a0s1\nname: A\n", "U+00A0 (no-break space) stands at column 4 where a blank was meant"),
        ("id: s1\nname\uff1aA\n", "U+FF1A (fullwidth colon) stands at column 5 where : was meant"),
        ("\u00a0id: s1\nname: A\n", "write id: U+00A0 (no-break space) stands at column 1 where a blank was meant"),
        ("id: s1\nname: A\ngroups:\n\u00a0\u00a0- a\n", "U+00A0 (no-break space) stands at column 1"),
        ("id: s1\nname: A\ngroups:\n-\u00a0a\n- b\n", "in line 4, U+00A0 (no-break space) stands at column 2"),
        ("“id”: s1\nname: A\n", "write id: U+201C (left double quotation mark) stands at column 1"),
        ("id: s1\nname: A\ngroups: ［a, b］\n", "write [a, b]"),
    ],
)
def test_the_character_and_the_one_that_was_meant_are_said(text: str, told: str) -> None:
    findings = found({"sites/a.yaml": text})
    assert findings
    assert all(finding.severity == "error" for finding in findings)
    assert any(told in (finding.help or "") for finding in findings), findings


def test_a_key_that_only_looks_wrong_is_one_finding() -> None:
    """It is unknown, and not missing as well."""
    assert [finding.code for finding in found({"sites/a.yaml": "“id”: s1\nname: A\n"})] == ["DF101"]
