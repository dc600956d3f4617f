"""The pages of the rules are those of their docstrings."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from dfsync.findings import Severity
from dfsync.validation.rules.catalogue import catalogue, manual, rule_infos, title

DOCS = Path(__file__).resolve().parents[2] / "docs"


def generator() -> ModuleType:
    """Return docs/rules.py as a module."""
    spec = spec_from_file_location("rules_of_docs", DOCS / "rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_codes_are_in_order_and_of_a_group() -> None:
    """Each code has a group on the index page, and the catalogue is sorted."""
    assert list(catalogue()) == sorted(catalogue())
    for code in catalogue():
        assert f"[{code}]({code}.md)" in generator().pages()["README.md"]


def test_reports_know_every_rule() -> None:
    """They know its title, page and level by its code."""
    infos = rule_infos()
    assert set(infos) == set(catalogue())
    assert infos["DF401"].severity is Severity.WARNING
    assert infos["DF401"].title == title("DF401") == "Text that others read as something else"
    assert infos["DF401"].help == manual("DF401")


def test_what_was_read_as_nothing_can_not_be_silenced() -> None:
    """A value that could not be read is left out of what the files say: to silence that is to change live unseen."""
    dropped = {"DF102", "DF103", "DF104", "DF111", "DF304", *(f"DF20{n}" for n in range(1, 10))}
    assert all(catalogue()[code].safety for code in dropped)


def test_there_is_no_page_for_a_code_that_is_none() -> None:
    """A caller asks the catalogue first."""
    with pytest.raises(KeyError):
        manual("DF999")
