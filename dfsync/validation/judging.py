"""The check of single files, by all cores: each is read, judged and located, and becomes a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dfsync.files.build import Builder
from dfsync.files.entries import FileKind
from dfsync.files.tree import Tree, UnreadableFileError
from dfsync.model.masking import mask_contact
from dfsync.model.settings import Config
from dfsync.model.site import Source
from dfsync.validation.cache import digest
from dfsync.validation.finding import TOP, Finding
from dfsync.validation.levels import Levels
from dfsync.validation.lines import Line, dumps
from dfsync.validation.locating import Places, diagnostics
from dfsync.validation.parallel import spread
from dfsync.validation.reading import FileFacts, read_file
from dfsync.validation.told import Told, told_form

UNREADABLE = "DF007"


def judged(tree: Tree, config: Config, files: Mapping[str, FileKind], sizes: Mapping[str, int]) -> list[Line]:
    """Return the lines of files; `sizes` in bytes, where known, decide whether other processes help."""
    judge = _Judge(tree, config)
    lines = spread(lambda file: judge.line(file, files[file]), list(files), [sizes.get(file, 0) for file in files])
    return list(map(Line, files, lines))


@dataclass(frozen=True)
class _Judge:
    tree: Tree
    config: Config

    @cached_property
    def _builder(self) -> Builder:
        return Builder(self.config.defaults, self.config.hours_profiles)

    @cached_property
    def _levels(self) -> Levels:
        return Levels(self.config.rules)

    def line(self, file: str, kind: FileKind) -> bytes:
        try:
            data = self.tree.read(file)
        except UnreadableFileError as error:
            finding = Finding(UNREADABLE, f"the file {error.message}", Source(file, 1), help=error.help, span=TOP)
            facts, content = FileFacts(file, findings=[finding], complete=False), ""
        else:
            facts, content = read_file(data, file, kind, self._builder, self.config), digest(data)
        return dumps(content, facts, told_form(self._told(facts), file))

    def _told(self, facts: FileFacts) -> Told:
        if not facts.findings:
            return Told()
        key = self.config.contact_csv.key
        ids = {(facts.file, contact.source.pointer): mask_contact(contact.key(key)) for contact in facts.contacts}
        ids.update({(facts.file, site.source.pointer): site.id for site in facts.sites})
        located = diagnostics(facts.findings, Places(self.tree, self.config, ids), self._levels.of)
        return Told(tuple(located), frozenset(finding.code for finding in facts.findings))
