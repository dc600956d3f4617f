"""Checks what no single file shows: dfsync.yaml, rules across files, and rules that are silenced for nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from dfsync.files.config import ConfigFile
from dfsync.files.entries import Entry
from dfsync.files.resolve import Resolver
from dfsync.files.storage.tree import Tree
from dfsync.files.yaml.parse import YamlFile
from dfsync.findings import Finding, Found, On
from dfsync.model.kind import Kind
from dfsync.model.masking import mask_contact
from dfsync.model.place import CONFIG_FILE, CONFIG_PLACE, TOP, Place
from dfsync.model.settings import Config, Default
from dfsync.model.site import Contact, Site
from dfsync.model.text import shortened
from dfsync.validation.checks.check_file import refused, value_findings, yaml_findings
from dfsync.validation.checks.finding_places import EntryIds, Places, located
from dfsync.validation.checks.hours_findings import hours_findings
from dfsync.validation.checks.near_misses import JUST_MISSED, near_misses
from dfsync.validation.checks.schema import schema_findings
from dfsync.validation.checks.severity import Levels
from dfsync.validation.results.file_content import FileView
from dfsync.validation.rule import Repository, SharedSite, run_rules
from dfsync.validation.rules.repository_rules import CONFIG_RULES, REPOSITORY_RULES

NO_FILE = "DF001"
_PATTERNS = (("sites",), ("contacts",))

Sites = Callable[[], Iterable[Site]]


def check_config(tree: Tree, file: ConfigFile) -> Found:
    """Return what is wrong in dfsync.yaml, if nothing else is checked."""
    levels = Levels(file.config.rules)
    return located([*_config_findings(file), *levels.refused()], Places(tree, file.config, {}), levels.of)


def check_repository(
    tree: Tree,
    file: ConfigFile,
    kinds: Mapping[str, Kind],
    views: Iterable[FileView],
    whole_sites: Sites,
    codes: AbstractSet[str],
) -> Found:
    """Return the findings across files.

    `kinds` are all files. `views` are the views of them for these rules, in their order, and `whole_sites` reads
    their sites for a rule that needs more. `codes` are the codes of the findings in them.
    """
    config = file.config
    found = list(_config_findings(file))
    if not kinds and not _is_told(file.parsed, found):
        found.append(_no_file(file.parsed, config, tree))
    repository = _repository(tree, file, kinds, views, whole_sites)
    found.extend(run_rules(REPOSITORY_RULES, CONFIG_PLACE, repository))
    levels = Levels(config.rules)
    found.extend(levels.refused())
    found.extend(levels.unused(codes | {JUST_MISSED} | {finding.code for finding in found}))
    return located(found, Places(tree, config, _ids(repository) if found else {}), levels.of)


def _repository(
    tree: Tree, file: ConfigFile, kinds: Mapping[str, Kind], views: Iterable[FileView], whole_sites: Sites
) -> Repository:
    sites, contacts, profiles, complete = list[SharedSite](), list[Contact](), set[str](), not file.parsed.problems
    for view in views:
        sites += view.sites
        contacts += view.contacts
        profiles.update(view.profiles)
        complete = complete and view.complete
    site_files = tuple(path for path, kind in kinds.items() if kind is Kind.SITE)
    return Repository(
        tuple(sites),
        tuple(contacts),
        file.config,
        tree,
        site_files,
        frozenset(profiles),
        complete,
        whole_sites,
    )


def _ids(repository: Repository) -> EntryIds:
    key = repository.config.contact_csv.key
    ids = {(c.place.file, c.place.pointer): mask_contact(c.key(key), c.site) for c in repository.contacts}
    ids.update({(site.place.file, site.place.pointer): site.id for site in repository.sites})
    return ids


def _is_told(parsed: YamlFile, found: Iterable[Finding]) -> bool:
    """Whether another finding already explains why no file matches: an unreadable dfsync.yaml, or a wrong pattern."""
    return bool(parsed.problems and not parsed.documents) or any(finding.path[:1] in _PATTERNS for finding in found)


def _no_file(parsed: YamlFile, config: Config, tree: Tree) -> Finding:
    """Return the finding at the patterns, or at the top of dfsync.yaml if it has none."""
    raw = parsed.first
    path = next((path for path in _PATTERNS if isinstance(raw, dict) and path[0] in raw), ())
    patterns = shortened(", ".join((*config.sites, *config.contacts)), 120)
    setting = path[0] if path else "sites"
    help = f"dfsync pull takes in what is live; or correct `{setting}` in dfsync.yaml"
    if missed := near_misses(tree, (*config.sites, *config.contacts)):
        help = f"{missed}; {help}"
    message = f"no file matches {patterns}"
    return Finding(NO_FILE, message, CONFIG_PLACE, path, help=help, span=None if path else TOP)


def _config_findings(file: ConfigFile) -> Iterator[Finding]:
    """Yield what is wrong with dfsync.yaml: as YAML, by its schema, in hours, and by its rules."""
    parsed = file.parsed
    raw = parsed.first
    found = list(schema_findings("config", raw, CONFIG_FILE)) if parsed.documents else []
    yield from yaml_findings(CONFIG_FILE, parsed, file.data, refused(found))
    yield from found
    if not parsed.documents:
        if not parsed.problems:
            yield Finding("DF102", "version is missing", CONFIG_PLACE, on=On.OPENING, help="add version: 1")
        return
    if len(parsed.documents) > 1:
        second = Place(CONFIG_FILE, (1,))
        yield Finding("DF104", "dfsync.yaml is one document", second, on=On.OPENING, help="take out the line ---")
    if isinstance(raw, dict):
        yield from hours_findings(raw)
        yield from run_rules(CONFIG_RULES, CONFIG_PLACE, file.config)
        for default in file.config.defaults:
            yield from _default_findings(default, file.config)


def _default_findings(default: Default, config: Config) -> Iterator[Finding]:
    """Yield what is wrong with the values of a default, whether or not a site uses them."""
    place = Place(CONFIG_FILE, (*default.pointer, "set"))
    values = {name: value for name, value in default.set.items() if name not in ("operational_hours", "exceptions")}
    site, _ = Resolver().site(Entry(Kind.SITE, values, place.pointer, 0), CONFIG_FILE)
    yield from (finding for finding in value_findings(site, config) if finding.path[0] in values)
