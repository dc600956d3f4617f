"""What is found in no single file: in dfsync.yaml, by rules across files, about rules that are silenced for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

from dfsync.files.storage.tree import Tree
from dfsync.files.yaml.parse import Parsed
from dfsync.findings import Finding
from dfsync.model.kind import Kind
from dfsync.model.masking import mask_contact
from dfsync.model.place import CONFIG_PLACE, TOP
from dfsync.model.settings import Config
from dfsync.model.text import shortened
from dfsync.validation.lines import Line, shared, whole_sites
from dfsync.validation.locate import EntryIds, Places, located
from dfsync.validation.near_misses import near_misses
from dfsync.validation.rule import Repository, run_rules
from dfsync.validation.rules import REPOSITORY_RULES
from dfsync.validation.settings import config_findings
from dfsync.validation.severity import Levels
from dfsync.validation.told import Told

NO_FILE = "DF001"
_PATTERNS = (("sites",), ("contacts",))


def told_of_config(tree: Tree, parsed: Parsed, config: Config) -> Told:
    """Return what is wrong in dfsync.yaml, when nothing else is looked at."""
    found = [*config_findings(parsed, config, tree), *Levels(config.rules).refused()]
    return _told(found, tree, config)


def told_across(
    tree: Tree,
    parsed: Parsed,
    config: Config,
    files: Mapping[str, str],
    lines: Sequence[Line],
    codes: AbstractSet[str],
) -> Told:
    """Return what is found beside what single files told; `codes` are those that they found, `files` their kinds."""
    found = list(config_findings(parsed, config, tree))
    if not files and not _is_told(parsed, found):
        found.append(_no_file(parsed, config, tree))
    repository = _repository(tree, parsed, config, files, lines)
    found.extend(run_rules(REPOSITORY_RULES, CONFIG_PLACE, repository))
    levels = Levels(config.rules)
    found.extend(levels.refused())
    found.extend(levels.unused(codes | {finding.code for finding in found}))
    return _told(found, tree, config, repository)


def _repository(
    tree: Tree, parsed: Parsed, config: Config, files: Mapping[str, str], lines: Sequence[Line]
) -> Repository:
    sites, contacts, profiles, complete = shared(lines)
    complete = complete and not parsed.problems
    site_files = tuple(file for file, kind in files.items() if kind == Kind.SITE)
    whole = partial(whole_sites, lines, config)
    return Repository(sites, contacts, config, tree, site_files, profiles, complete, whole)


def _told(found: list[Finding], tree: Tree, config: Config, repository: Repository | None = None) -> Told:
    if not found:
        return Told()
    ids = _ids(repository) if repository is not None else {}
    shown = located(found, Places(tree, config, ids), Levels(config.rules).of)
    return Told(tuple(shown), frozenset(finding.code for finding in found))


def _ids(repository: Repository) -> EntryIds:
    key = repository.config.contact_csv.key
    ids = {(c.place.file, c.place.pointer): mask_contact(c.key(key), c.site) for c in repository.contacts}
    ids.update({(site.file, site.pointer): site.id for site in repository.sites})
    return ids


def _is_told(parsed: Parsed, found: Iterable[Finding]) -> bool:
    """Whether it was said already why no file matches: dfsync.yaml can't be read, or a pattern in it is wrong."""
    return bool(parsed.problems and not parsed.documents) or any(finding.path[:1] in _PATTERNS for finding in found)


def _no_file(parsed: Parsed, config: Config, tree: Tree) -> Finding:
    """Return the finding at the patterns that are written, at the top of dfsync.yaml where none is."""
    raw = parsed.documents[0] if parsed.documents else None
    path = next((path for path in _PATTERNS if isinstance(raw, dict) and path[0] in raw), ())
    patterns = shortened(", ".join((*config.sites, *config.contacts)), 120)
    setting = path[0] if path else "sites"
    help = f"dfsync pull takes in what is live; or correct `{setting}` in dfsync.yaml"
    if missed := near_misses(tree, (*config.sites, *config.contacts)):
        help = f"{missed}; {help}"
    message = f"no file matches {patterns}"
    return Finding(NO_FILE, message, CONFIG_PLACE, path, help=help, span=None if path else TOP)
