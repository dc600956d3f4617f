"""All rules by code, with their manuals: a rule is a module of `dfsync.validation.rules` and its docstring."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import ModuleType

from dfsync.findings import RuleInfo
from dfsync.validation import rules
from dfsync.validation.rule import Rule


def rule_modules() -> list[str]:
    """Return the full names of the modules of rules."""
    from pkgutil import iter_modules

    names = [module.name for module in iter_modules(rules.__path__)]
    return [f"{rules.__name__}.{name}" for name in names if name.startswith("df")]


@cache
def catalogue() -> Mapping[str, Rule]:
    """Return every rule by its code, in the order of codes."""
    return {code: module.RULE for code, module in _modules().items()}


def title(code: str) -> str:
    """Return a rule's title of a few words."""
    return _pages()[code][0]


def manual(code: str) -> str:
    """Return the page of a rule in Markdown: title, level, reason, examples that fail and pass. KeyError if none."""
    rule, (heading, text) = catalogue()[code], _pages()[code]
    level = f"Level: {rule.level}."
    if rule.safety:
        level += " Nothing is sent while it stands: it can't be lowered or silenced."
    if rule.on_request:
        level = f"Level: {rule.level}, and only if `rules` in dfsync.yaml names it."
    return f"# {code}: {heading}\n\n{level}\n\n{text}\n"


def rule_infos() -> Mapping[str, RuleInfo]:
    """Return what reports say about every rule."""
    return {code: RuleInfo(code, title(code), manual(code), rule.level) for code, rule in catalogue().items()}


@cache
def _pages() -> Mapping[str, tuple[str, str]]:
    """Return the title and the rest of each rule's manual."""
    pages = {}
    for code, module in _modules().items():
        heading, _, text = (inspect.getdoc(module) or "").partition("\n\n")
        pages[code] = (heading.removesuffix("."), text)
    return pages


@cache
def _modules() -> Mapping[str, ModuleType]:
    return {module.RULE.code: module for module in map(import_module, sorted(rule_modules()))}
