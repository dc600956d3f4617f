"""Rules, and what they see.

A rule is a module of `dfsync.validation.rules`: its docstring is its manual, `RULE` its code and level, and a `check…`
function yields findings. Only `run_rules` calls rules. Rules about one file see one entry and the configuration. A rule
that needs more sees the whole `Repository`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import ParamSpec

from msgspec import Struct, field

from dfsync.files.storage.tree import Tree
from dfsync.findings import Finding, On, Severity
from dfsync.model.place import Place, Pointer
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Site


class Rule(Struct, frozen=True):
    """The stable code and the level of a rule. Its title is the first line of its manual.

    dfsync.yaml may change the level or silence the rule, unless `safety` is set: what it finds would do harm in live.
    If the module of a rule has no check, the rule is found elsewhere, for example while a file is read; `found_in` is
    the name of that module. A rule `on_request` finds nothing unless dfsync.yaml gives it a level.
    """

    code: str
    level: Severity = Severity.ERROR
    safety: bool = False
    found_in: str = ""
    on_request: bool = False


class SharedSite(Struct, frozen=True, array_like=True):
    """What rules across files see of a site. Nothing else about the site can change what they find.

    `week` is the text of a `Week`: all of them are in memory at once. `days` are the first and last days, as ordinals,
    of exceptions that count before those of calendars.
    """

    place: Place
    id: str
    internal_id: int | None
    groups: tuple[str, ...]
    week: str | None
    days: tuple[tuple[int, int], ...] = ()

    @property
    def file(self) -> str:
        """The file in which the site was written."""
        return self.place.file


class Repository(Struct, frozen=True):
    """What rules across files see of all files. Places have a pointer, and contacts no line.

    `complete` is False if some file could not be read. It then proves nothing that something was not found.

    `site_files` are the files that site patterns match, and `profiles` the hours profiles that some site names.
    `whole_sites` reads the sites with everything that they have, for a rule that dfsync.yaml asks for by name.
    """

    sites: tuple[SharedSite, ...]
    contacts: tuple[Contact, ...]
    config: Config
    tree: Tree
    site_files: tuple[str, ...] = ()
    profiles: frozenset[str] = field(default_factory=frozenset)
    complete: bool = True
    whole_sites: Callable[[], Iterable[Site]] = tuple


class Text(Struct, frozen=True):
    """A text of a site or contact, and where it is: the entry and the path from there."""

    value: str
    place: Place
    path: Pointer

    def finding(self, code: str, message: str, help: str) -> Finding:
        """Return a finding about this text."""
        return Finding(code, message, self.place, self.path, help=help)


CRASHED = "DF008"

P = ParamSpec("P")

TextCheck = Callable[[Text], Iterator[Finding]]
"""A check of a text. It is called only for texts that are not plain (see `dfsync.validation.texts`)."""

SiteCheck = Callable[[Site, Config], Iterator[Finding]]
ContactCheck = Callable[[Contact, Config], Iterator[Finding]]
ConfigCheck = Callable[[Config], Iterator[Finding]]
RepositoryCheck = Callable[[Repository], Iterator[Finding]]


def run_rules(
    checks: Iterable[Callable[P, Iterator[Finding]]], place: Place, *args: P.args, **kwargs: P.kwargs
) -> list[Finding]:
    """Return the findings of rules. If a rule crashes, a finding says so: silence would look like success."""
    try:
        return [finding for check in checks for finding in check(*args, **kwargs)]
    except Exception:  # noqa: BLE001  (which of them it was is found below)
        return list(_one_by_one(checks, place, *args, **kwargs))


def _one_by_one(
    checks: Iterable[Callable[P, Iterator[Finding]]], place: Place, *args: P.args, **kwargs: P.kwargs
) -> Iterator[Finding]:
    for check in checks:
        try:
            yield from check(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  (whatever a rule does wrong, the run goes on and fails)
            rule = check.__module__.rpartition(".")[2]
            message = f"the rule {rule} failed with {type(error).__name__}, so this was not checked by it"
            help = "this is a defect of dfsync; please report it"
            yield Finding(CRASHED, message, place, on=On.OPENING, help=help)
