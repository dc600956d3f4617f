"""Patterns match what their words say, and no pattern is slow."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.files.storage.glob import base, compiled, leaves_root, matches


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("sites/**/*.yaml", "sites/a.yaml", True),
        ("sites/**/*.yaml", "sites/us/ca/a.yaml", True),
        ("sites/**/*.yaml", "sites/a.yml", False),
        ("sites/**/*.yaml", "contacts/sites/a.yaml", False),
        ("sites/us/**", "sites/us/a.yaml", True),
        ("sites/us/**", "sites/us", False),
        ("sites/us/**", "sites/usa/a.yaml", False),
        ("sites/*.yaml", "sites/us/a.yaml", False),
        ("sites/?.yaml", "sites/a.yaml", True),
        ("sites/?.yaml", "sites/ab.yaml", False),
        ("**/ca/*.yaml", "ca/a.yaml", True),
        ("**/a*b/c", "ax/ab/c", True),
        ("**/x/**/y/*.yaml", "x/x/1/y/y/a.yaml", True),
        ("sites/[a].yaml", "sites/a.yaml", False),
        ("sites/[a].yaml", "sites/[a].yaml", True),
        ("sites/*a*b*", "sites/xaxbx", True),
        ("sites/a.yaml", "sites/a.yaml\n", False),
    ],
)
def test_a_pattern_matches_what_it_says(pattern: str, path: str, expected: bool) -> None:
    """`*` and `?` stay in a folder, `**` crosses folders, everything else is itself."""
    assert matches(path, pattern) is expected


PARTS = st.sampled_from(["*", "?", "a", "b", "ab"])
PATTERNS = st.lists(
    st.one_of(st.just("**"), st.lists(PARTS, min_size=1, max_size=4).map("".join)), min_size=1, max_size=5
)
PATHS = st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=5)


def slow_match(pattern: list[str], path: list[str]) -> bool:
    """Match by trying everything: the definition."""
    if not pattern:
        return not path
    if pattern[0] == "**":
        if len(pattern) == 1:
            return bool(path)
        return slow_match(pattern[1:], path) or bool(path and slow_match(pattern, path[1:]))
    return bool(path) and slow_segment(pattern[0], path[0]) and slow_match(pattern[1:], path[1:])


def slow_segment(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return slow_segment(pattern[1:], text) or bool(text and slow_segment(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and slow_segment(pattern[1:], text[1:])


@given(PATTERNS, PATHS)
def test_taking_the_shortest_misses_nothing(pattern: list[str], path: list[str]) -> None:
    """Whatever trying everything would match is matched, and nothing else."""
    pattern = [segment if set(segment) != {"*"} or len(segment) <= 2 else "*" for segment in pattern]
    assert matches("/".join(path), "/".join(pattern)) is slow_match(pattern, path)


@pytest.mark.parametrize("pattern", ["*a" * 200 + "b", "**/*a/" * 50 + "b", "?*" * 100 + "b"])
def test_no_pattern_is_slow(pattern: str) -> None:
    """A pattern made to be slow is answered at once."""
    began = time.process_time()
    assert not matches("a/" * 200 + "a" * 2000, pattern)
    assert time.process_time() - began < 5


def test_a_pattern_begins_at_a_folder() -> None:
    """Only what lies below the fixed part of a pattern is looked at."""
    assert base("sites/us/**/*.yaml") == "sites/us"
    assert base("*.yaml") == ""


@pytest.mark.parametrize("path", ["/etc/passwd", "../a", "sites/../../a", "C:/a", "\\\\host\\a", "sites\\..\\a"])
def test_a_path_out_of_the_root_is_recognised(path: str) -> None:
    """Absolute paths and those that climb are recognised in the spelling of any system."""
    assert leaves_root(path)
    assert not leaves_root("sites/..a/b..yaml")


def test_each_of_very_many_patterns_is_compiled_once_for_all_files() -> None:
    """dfsync.yaml may have so many defaults, and each of them is asked about each file."""
    patterns = [str(number) for number in range(33_000)]
    assert not any(matches("sites/a.yaml", pattern) for pattern in patterns)
    before = compiled.cache_info().misses
    assert not any(matches("sites/b.yaml", pattern) for pattern in patterns)
    assert compiled.cache_info().misses == before
