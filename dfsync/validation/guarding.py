"""Rules are called here and nowhere else: one that crashes is itself a finding, and hides no other's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import ParamSpec

from dfsync.model.site import Source
from dfsync.validation.finding import Finding, On

CRASHED = "DF008"

P = ParamSpec("P")


def guarded(
    checks: Iterable[Callable[P, Iterator[Finding]]], source: Source, *args: P.args, **kwargs: P.kwargs
) -> list[Finding]:
    """Return what rules find; for one that crashes a finding at `source` that says so, since green would be a lie."""
    try:
        return [finding for check in checks for finding in check(*args, **kwargs)]
    except Exception:  # noqa: BLE001  (which of them it was is found below)
        return list(_one_by_one(checks, source, *args, **kwargs))


def _one_by_one(
    checks: Iterable[Callable[P, Iterator[Finding]]], source: Source, *args: P.args, **kwargs: P.kwargs
) -> Iterator[Finding]:
    for check in checks:
        try:
            yield from check(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  (whatever a rule does wrong, the run goes on and fails)
            rule = check.__module__.rpartition(".")[2]
            message = f"the rule {rule} failed with {type(error).__name__}, so this was not checked by it"
            help = "this is a defect of dfsync; please report it"
            yield Finding(CRASHED, message, source, on=On.OPENING, help=help)
