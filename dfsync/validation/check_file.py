"""The check of single files, by all cores: each is read, judged and located, and becomes a line."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dfsync.files.resolve import Resolver
from dfsync.files.storage.cache_folder import digest
from dfsync.files.storage.tree import Tree, UnreadableFileError
from dfsync.files.yaml.parse import parse
from dfsync.findings import Finding
from dfsync.model.kind import Kind
from dfsync.model.masking import mask_contact
from dfsync.model.place import TOP, Place
from dfsync.model.settings import Config
from dfsync.parallel import spread
from dfsync.validation.lines import Line, dumps
from dfsync.validation.locate import Places, located
from dfsync.validation.reading import FileFacts, read_file
from dfsync.validation.severity import Levels
from dfsync.validation.told import Told, told_form

UNREADABLE = "DF007"
_TOGETHER = 16 * 1024
"""So many bytes of files are read, parsed and judged step by step together: each step's code stays in the cache."""
_USUAL = 600
"""The bytes of a file of one site, where nothing says how large files are."""
_ASKED = 128
"""No more files than so many are asked for their size: it decides who judges what, and nothing that is found."""


def judged(tree: Tree, config: Config, files: Mapping[str, Kind]) -> list[Line]:
    """Return the lines of files, with the help of other processes where there is enough to judge."""
    judge = _Judge(tree, config, files)
    paths = list(files)
    return list(map(Line, files, spread(judge.lines, paths, _sizes(tree, paths))))


def _sizes(tree: Tree, files: Sequence[str]) -> list[int]:
    """Return the bytes of files: of some that are asked, and of each of the others what those have on average."""
    every = range(len(files))
    some = random.Random(0).sample(every, min(_ASKED, len(files)))  # noqa: S311  (of no consequence)
    asked = {place: tree.size(files[place]) for place in some}
    known = {place: size for place, size in asked.items() if size is not None}
    usual = sum(known.values()) // len(known) if known else _USUAL
    return [known.get(place, usual) for place in every]


@dataclass(frozen=True)
class _Judge:
    tree: Tree
    config: Config
    kinds: Mapping[str, Kind]

    @cached_property
    def _builder(self) -> Resolver:
        return Resolver(self.config.defaults, self.config.hours_profiles)

    @cached_property
    def _levels(self) -> Levels:
        return Levels(self.config.rules)

    def lines(self, files: Iterable[str]) -> Iterator[bytes]:
        """Yield the lines of files, in their order."""
        together: dict[str, bytes | UnreadableFileError] = {}
        size = 0
        for file in files:
            try:
                together[file] = data = self.tree.read(file)
                size += len(data)
            except UnreadableFileError as error:
                together[file] = error
            if size >= _TOGETHER:
                yield from self._judged(together)
                together, size = {}, 0
        yield from self._judged(together)

    def _judged(self, together: Mapping[str, bytes | UnreadableFileError]) -> list[bytes]:
        contents = {file: data for file, data in together.items() if isinstance(data, bytes)}
        parsed = {file: parse(data) for file, data in contents.items()}
        facts = [
            read_file(contents[file], file, self.kinds[file], parsed[file], self._builder, self.config)
            if isinstance(data, bytes)
            else _unreadable(file, data)
            for file, data in together.items()
        ]
        return [
            dumps(digest(contents[of_file.file]) if of_file.file in contents else "", of_file, self._told(of_file))
            for of_file in facts
        ]

    def _told(self, facts: FileFacts) -> Any:
        """Return what was found in a file, in the form that is kept."""
        if not facts.findings:
            return None
        key = self.config.contact_csv.key
        ids = {(facts.file, one.place.pointer): mask_contact(one.key(key), one.site) for one in facts.contacts}
        ids.update({(facts.file, site.place.pointer): site.id for site in facts.sites})
        shown = located(facts.findings, Places(self.tree, self.config, ids), self._levels.of)
        return told_form(Told(tuple(shown), frozenset(finding.code for finding in facts.findings)), facts.file)


def _unreadable(file: str, error: UnreadableFileError) -> FileFacts:
    finding = Finding(UNREADABLE, f"the file {error.message}", Place(file), help=error.help, span=TOP)
    return FileFacts(file, findings=[finding], complete=False)
