"""The rules, one module each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from dfsync.diagnostics import Severity
from dfsync.model.settings import Config, RuleSetting
from dfsync.model.site import Contact, Site
from dfsync.validation.finding import Finding

SiteRule = Callable[[Site, Config], Iterator[Finding]]
RepositoryRule = Callable[[tuple[Site, ...], tuple[Contact, ...], Config, tuple[str, ...]], Iterator[Finding]]

SITE_RULES: tuple[SiteRule, ...] = ()
REPOSITORY_RULES: tuple[RepositoryRule, ...] = ()


def level_of(code: str, settings: Mapping[str, RuleSetting]) -> Severity | None:
    """Return the severity of a rule's findings, None when it is silenced."""
    del settings
    return Severity.WARNING if code.startswith("DF4") else Severity.ERROR
