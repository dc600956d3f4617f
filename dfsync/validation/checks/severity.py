"""The level of each rule: its own, or the one that dfsync.yaml gives under `rules`.

A setting that is refused (see DF507) has no effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from dfsync.files.storage.glob import matches
from dfsync.findings import Finding, On, Severity
from dfsync.model.likeness.spelling import suggestion
from dfsync.model.place import CONFIG_PLACE
from dfsync.model.settings import RuleSetting
from dfsync.model.text import shortened
from dfsync.validation.rule import Rule
from dfsync.validation.rules.catalogue import catalogue

REFUSED_SETTING = "DF507"
UNUSED_SILENCING = "DF508"
_ORDER = list(Severity)


class Levels:
    """The levels under one dfsync.yaml."""

    def __init__(self, settings: Mapping[str, RuleSetting]) -> None:
        self._refused = {
            code: words for code, setting in settings.items() if (words := _objection(code, setting)) is not None
        }
        self._settings = {code: setting for code, setting in settings.items() if code not in self._refused}

    def of(self, code: str, file: str) -> Severity | None:
        """Return the severity of the findings of a rule in a file; None if it is silenced there."""
        setting = self._settings.get(code)
        if setting is None or (setting.match is not None and not matches(file, setting.match)):
            return catalogue()[code].level
        return None if setting.level == "off" else Severity(setting.level)

    def refused(self) -> Iterator[Finding]:
        """Yield a finding for each setting that is refused."""
        for code, (message, help) in self._refused.items():
            yield Finding(REFUSED_SETTING, message, CONFIG_PLACE, ("rules", code), On.KEY, help)

    def unused(self, found: AbstractSet[str]) -> Iterator[Finding]:
        """Yield a finding for each rule that is silenced although it finds nothing."""
        for code, setting in self._settings.items():
            if setting.level == "off" and code not in found:
                message = f"{code} is silenced and finds nothing"
                help = f"take {code} out of rules"
                yield Finding(UNUSED_SILENCING, message, CONFIG_PLACE, ("rules", code), On.KEY, help)


def _objection(code: str, setting: RuleSetting) -> tuple[str, str | None] | None:
    """Return why a setting is refused and what to do; None if it is not."""
    rule = catalogue().get(code)
    if rule is None:
        return f"no rule has the code {shortened(code, 40)}", suggestion(code, catalogue())
    if rule.safety and _is_lower(setting, rule):
        return f"{code} protects live, so it can't be lowered or silenced", f"take {code} out of rules"
    if setting.level == "off" and not setting.reason:
        return f"{code} is silenced without a reason", "add reason: and say why"
    return None


def _is_lower(setting: RuleSetting, rule: Rule) -> bool:
    return setting.level == "off" or _ORDER.index(Severity(setting.level)) > _ORDER.index(rule.level)
