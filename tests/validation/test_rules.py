"""Every rule does what its manual says: the example that fails yields that code and no other, the other passes."""

from __future__ import annotations

import datetime
import re
import subprocess
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from dfsync.files.storage.tree import WorkTree
from dfsync.findings import Finding
from dfsync.validation.check import check
from dfsync.validation.rules import df524_holiday_without_exception
from dfsync.validation.rules.catalogue import catalogue, manual, rule_modules, title
from dfsync.validation.rules.entry_rules import CONTACT_RULES, SITE_RULES, TEXT_RULES
from dfsync.validation.rules.repository_rules import CONFIG_RULES, REPOSITORY_RULES
from tests.validation.repositories import part_of, tree_of

MARKED = {
    "DF001": "[site/**/*.yaml]",
    "DF002": ":",
    "DF003": "\ufffd",
    "DF004": "name",
    "DF005": "!!int 123",
    "DF006": "*c",
    "DF007": "i",
    "DF008": "id",
    "DF009": "i",
    "DF101": "time_zone",
    "DF102": "id",
    "DF103": "Retail",
    "DF104": "ignore",
    "DF105": "GMT-05:00 America/New_York",
    "DF106": "US/Pacific",
    "DF107": "America/New_York",
    "DF108": "Euro",
    "DF109": "site,123",
    "DF110": '"Bournemouth, Christchurch and Poole"',
    "DF111": '" "',
    "DF112": "null",
    "DF113": '"2134"',
    "DF114": "America/New_York",
    "DF201": "Mon-Thurs",
    "DF202": "9:00",
    "DF203": "00:00-00:00",
    "DF204": "Fri-Sat",
    "DF205": "12:00-16:59",
    "DF206": "09:00-17:59",
    "DF207": "Retial",
    "DF208": '"2026-02-30"',
    "DF209": "exceptions",
    "DF210": "{Mon-Fri: 18:59-09:00}",
    "DF301": "Site-123",
    "DF302": "{name: A. Lovelace, email: Ada@example.com}",
    "DF303": "site-132",
    "DF304": '{name: Ada Lovelace, phone: "+1 415 555 0100"}',
    "DF305": "phone",
    "DF306": "750",
    "DF307": "{Mon-Fri: 09:00-18:59}",
    "DF308": "site-124",
    "DF309": "ada.example.com",
    "DF310": "[west-coast]",
    "DF401": "NO",
    "DF402": '"Belfast\\u200b Central"',
    "DF403": '"Downtown Store "',
    "DF404": '"Cafe\\u0301"',
    "DF405": '=HYPERLINK("https://example.com","Downtown")',
    "DF406": "The Store at the End of Main Street",
    "DF407": "#281 downtown  # DF407",
    "DF408": "“Downtown Store”",
    "DF409": '"site\\u2011123"',
    "DF410": "4.91512E+11",
    "DF501": "retail",
    "DF502": "stores/us/**",
    "DF503": "prodution",
    "DF504": '"http://api.example.com"',
    "DF505": "Name",
    "DF506": "phone",
    "DF507": "DF403",
    "DF508": "DF401",
    "DF509": "../stores/**/*.yaml",
    "DF510": "address.town",
    "DF521": '{date: "2026-12-24", hours: 09:00-14:00}',
    "DF522": "holidays",
    "DF523": "holidays",
    "DF524": "DF524",
}

TABLES = (SITE_RULES, CONTACT_RULES, TEXT_RULES, CONFIG_RULES, REPOSITORY_RULES)

_BLOCK = re.compile(r"```(yaml|sh|python) ?(\S*)\n(.*?)```", re.DOTALL)


def examples(code: str, heading: str) -> list[tuple[str, str, str]]:
    """Return the blocks under a heading of a rule's manual: the language, the path if it is a file's, and the text."""
    _, fails, passes = re.split(r"^(?:Fails|Passes)\b", manual(code), flags=re.MULTILINE)
    return _BLOCK.findall(fails if heading == "Fails" else passes)


def followed(code: str, heading: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Finding, ...]:
    """Return what is found in a repository where somebody did what stands under a heading of a rule's manual.

    YAML is a file, shell is run in the root, Python is a rule beside those that judge sites.
    """
    if code == "DF524":
        pytest.importorskip("holidays", reason="the extra holidays is not installed")
    monkeypatch.setattr(df524_holiday_without_exception, "today", lambda: datetime.date(2026, 12, 1))
    blocks = examples(code, heading)
    files = {path or "sites/downtown.yaml": text for language, path, text in blocks if language == "yaml"}
    for name, data in tree_of(files).files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    for language, _, text in blocks:
        if language == "sh":
            subprocess.run(["sh", "-euc", text], cwd=root, check=True)
        elif language == "python":
            rule = ModuleType("example")
            exec(text, vars(rule))
            monkeypatch.setattr("dfsync.validation.checks.check_file.SITE_RULES", (*SITE_RULES, rule.check))
    return check(WorkTree(root)).findings.diagnostics


@pytest.mark.parametrize("code", catalogue())
def test_the_failing_example_yields_its_code_alone_where_the_manual_says(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A manual's first example has one problem, on the line that its comment names, and marks what is wrong."""
    root = tmp_path / "repository"
    (diagnostic,) = followed(code, "Fails", root, monkeypatch)
    assert diagnostic.code == code
    assert diagnostic.severity is catalogue()[code].level
    assert diagnostic.file is not None
    assert diagnostic.span is not None
    data = (root / diagnostic.file).read_bytes()
    assert data.decode(errors="replace").splitlines()[diagnostic.span.line - 1].endswith(f"# {code}")
    assert part_of(data, diagnostic.span) == MARKED[code]


@pytest.mark.parametrize("code", catalogue())
def test_the_passing_example_yields_nothing(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a manual says to write has no problem of any kind."""
    found = followed(code, "Passes", tmp_path / "repository", monkeypatch)
    assert [diagnostic.message for diagnostic in found] == []


@pytest.mark.parametrize("code", catalogue())
def test_a_manual_says_why_and_what_to_do(code: str) -> None:
    """Each page has a title of a few words and more than a sentence."""
    assert 3 <= len(title(code)) <= 60
    assert len(manual(code)) > 200


def test_every_rule_with_a_check_is_called() -> None:
    """A module with a check that no table lists would look like a rule and find nothing."""
    called = {check for table in TABLES for check in table}
    for loaded in map(import_module, rule_modules()):
        assert {value for name, value in vars(loaded).items() if name.startswith("check")} <= called


def test_a_rule_without_a_check_says_where_it_is_found() -> None:
    """Its module has a check, or names the module that speaks of its code."""
    for loaded in map(import_module, rule_modules()):
        rule = loaded.RULE
        assert bool(rule.found_in) != any(name.startswith("check") for name in vars(loaded)), rule.code
        if rule.found_in:
            spoken = vars(import_module(rule.found_in)).values()
            assert rule.code in [value for value in spoken if isinstance(value, str)], rule.code


def test_codes_are_those_of_the_file_names() -> None:
    """A rule is found by its code in the name of its module."""
    names = {name.rpartition(".")[2][:5].upper() for name in rule_modules()}
    assert names == set(catalogue())
