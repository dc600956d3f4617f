"""What a rule is, and what rules are given.

A rule is a module of `dfsync.validation.rules`: its docstring is its manual, `RULE` its face, and a `check…` function
yields findings. What one file brings is judged by rules that see one entry and the configuration, and nothing else;
what needs more sees the whole `Repository`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from dfsync.diagnostics import Severity
from dfsync.files.storage.tree import Tree
from dfsync.files.yaml.parse import Pointer
from dfsync.model.hours import Week
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Site, Source
from dfsync.validation.finding import Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's face: its stable code and its level; its title is the first line of its manual.

    dfsync.yaml may give another level or silence it, unless `safety` is set: what it finds would do harm live.
    """

    code: str
    level: Severity = Severity.ERROR
    safety: bool = False


class SharedSite(NamedTuple):
    """What rules across files see of a site: nothing else of it can change what they find.

    A tuple, for there is one for each site of a repository.
    """

    file: str
    pointer: Pointer
    id: str
    internal_id: int | None
    groups: tuple[str, ...]
    week: Week | None

    @property
    def source(self) -> Source:
        """Where the site was written; what rules across files see has no lines."""
        return Source(self.file, 1, self.pointer)


@dataclass(frozen=True, slots=True)
class Repository:
    """What was read of all files, as far as rules across files see it: sources have no line, but a pointer.

    `complete` is False when some file could not be read: then absence proves nothing.

    `site_files` are the files that site patterns match, `profiles` the hours profiles that some site names.
    """

    sites: tuple[SharedSite, ...]
    contacts: tuple[Contact, ...]
    config: Config
    tree: Tree
    site_files: tuple[str, ...] = ()
    profiles: frozenset[str] = field(default_factory=frozenset)
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a site or contact, and where it stands: the entry and the path from there."""

    value: str
    source: Source
    path: Pointer

    def finding(self, code: str, message: str, help: str) -> Finding:
        """Return a finding about this text."""
        return Finding(code, message, self.source, self.path, help=help)


TextCheck = Callable[[Text], Iterator[Finding]]
"""Judges a text that is more than plain ASCII without outer space (see `dfsync.validation.texts`)."""

SiteCheck = Callable[[Site, Config], Iterator[Finding]]
ContactCheck = Callable[[Contact, Config], Iterator[Finding]]
ConfigCheck = Callable[[Config], Iterator[Finding]]
RepositoryCheck = Callable[[Repository], Iterator[Finding]]
