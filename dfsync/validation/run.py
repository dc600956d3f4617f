"""The check of a whole repository: every file is read, every problem is reported, nothing is hidden by another.

Per file: YAML, schema, hours, the rules of one entry (`dfsync.validation.reading`). Then the rules across files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dfsync.diagnostics import Diagnostic, Findings, arranged
from dfsync.files.build import Builder, read_exceptions
from dfsync.files.config import CONFIG_FILE, profile, read_config
from dfsync.files.entries import FileKind
from dfsync.files.tree import Tree, UnreadableFileError
from dfsync.files.yaml import Parsed, Pointer
from dfsync.model.hours_read import read_hours
from dfsync.model.masking import mask_contact
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Desired, Site, Source
from dfsync.model.text import shortened
from dfsync.validation.finding import CONFIG_SOURCE, TOP, Finding, On
from dfsync.validation.guarding import guarded
from dfsync.validation.levels import Levels
from dfsync.validation.locating import Places, diagnostics
from dfsync.validation.reading import FileFacts, hours_finding, read_file, yaml_findings
from dfsync.validation.rule import Repository
from dfsync.validation.rules import CONFIG_RULES, REPOSITORY_RULES
from dfsync.validation.schema import schema_findings

NO_FILE = "DF001"
UNREADABLE = "DF007"


@dataclass(frozen=True, slots=True)
class Checked:
    """A repository after the check: `desired` can be believed only when the findings have no error.

    `files` are all that were looked at; `sites` and `contacts` have those, too, that are there twice.
    """

    config: Config
    desired: Desired
    findings: Findings
    files: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()
    contacts: tuple[Contact, ...] = ()


def check(tree: Tree) -> Checked:
    """Check everything below the tree's root. Raises `ConfigError` when dfsync.yaml can't be read at all."""
    parsed, config = read_config(tree)
    found = list(_config_findings(parsed, config, tree))
    files = _files(tree, config)
    if not files:
        found.append(_no_file(config))
    builder = Builder(config.defaults, config.hours_profiles)
    facts = [_check_file(tree, file, kind, builder, config) for file, kind in files.items()]
    sites = tuple(site for of_file in facts for site in of_file.sites)
    contacts = tuple(contact for of_file in facts for contact in of_file.contacts)
    found.extend(finding for of_file in facts for finding in of_file.findings)
    repository = Repository(
        sites,
        contacts,
        config,
        tree,
        site_files=tuple(file for file, kind in files.items() if kind is FileKind.SITE),
        profiles=frozenset(name for of_file in facts for name in of_file.profiles),
        complete=not parsed.problems and all(of_file.complete for of_file in facts),
    )
    found.extend(guarded(REPOSITORY_RULES, CONFIG_SOURCE, repository))
    result = _diagnostics(found, tree, config, sites, contacts, whole=True)
    findings = Findings(arranged(result), len(files), len(sites), len(contacts))
    return Checked(config, _desired(sites, contacts, config), findings, tuple(files), sites, contacts)


def check_config(tree: Tree) -> tuple[Config, Findings]:
    """Check dfsync.yaml alone. Raises `ConfigError` when it can't be read at all."""
    parsed, config = read_config(tree)
    found = _config_findings(parsed, config, tree)
    return config, Findings(arranged(_diagnostics(found, tree, config, (), (), whole=False)), 0, 0, 0)


def _check_file(tree: Tree, file: str, kind: FileKind, builder: Builder, config: Config) -> FileFacts:
    try:
        data = tree.read(file)
    except UnreadableFileError as error:
        finding = Finding(UNREADABLE, f"the file {error.message}", Source(file, 1), help=error.help, span=TOP)
        return FileFacts(file, findings=[finding], complete=False)
    return read_file(data, file, kind, builder, config)


def _config_findings(parsed: Parsed, config: Config, tree: Tree) -> Iterator[Finding]:
    """Yield what is wrong with dfsync.yaml itself: YAML, schema, hours of profiles and defaults, its rules."""
    yield from yaml_findings(CONFIG_FILE, parsed, tree.read(CONFIG_FILE))
    if not parsed.documents:
        if not parsed.problems:
            yield Finding("DF102", "version is missing", CONFIG_SOURCE, on=On.OPENING, help="add version: 1")
        return
    if len(parsed.documents) > 1:
        second = Source(CONFIG_FILE, 1, (1,))
        yield Finding("DF104", "dfsync.yaml is one document", second, on=On.OPENING, help="take out the line ---")
    raw = parsed.documents[0]
    yield from schema_findings("config", raw, CONFIG_FILE)
    if isinstance(raw, dict):
        yield from _hours_findings(raw)
        yield from guarded(CONFIG_RULES, CONFIG_SOURCE, config)


def _hours_findings(raw: Mapping[str, object]) -> Iterator[Finding]:
    """Yield what is wrong with the hours and exceptions of profiles and defaults."""
    profiles = {}
    for name, written in _mapping(raw.get("hours_profiles")).items():
        read, problems = profile(written)
        profiles[name] = read.hours
        for problem in problems:
            yield hours_finding(problem, CONFIG_SOURCE, ("hours_profiles", name))
    defaults = raw.get("defaults")
    for number, default in enumerate(defaults if isinstance(defaults, list) else ()):
        values = _mapping(_mapping(default).get("set"))
        at: Pointer = ("defaults", number, "set")
        if "operational_hours" in values:
            for problem in read_hours(values["operational_hours"], profiles).problems:
                yield hours_finding(problem, CONFIG_SOURCE, (*at, "operational_hours"))
        for problem in read_exceptions(values.get("exceptions"))[1]:
            yield hours_finding(problem, CONFIG_SOURCE, at)


def _diagnostics(
    found: Iterable[Finding],
    tree: Tree,
    config: Config,
    sites: tuple[Site, ...],
    contacts: tuple[Contact, ...],
    *,
    whole: bool,
) -> list[Diagnostic]:
    """Return the findings as diagnostics; when the whole repository was seen, unused silencing is one too."""
    levels = Levels(config.rules)
    found = [*found, *levels.refused()]
    if whole:
        found.extend(levels.unused({finding.code for finding in found}))
    if not found:
        return []
    ids = {
        (contact.source.file, contact.source.pointer): mask_contact(contact.key(config.contact_csv.key))
        for contact in contacts
    }
    ids.update({(site.source.file, site.source.pointer): site.id for site in sites})
    return diagnostics(found, Places(tree, config, ids), levels.of)


def _files(tree: Tree, config: Config) -> dict[str, FileKind]:
    files = dict.fromkeys(tree.paths(config.contacts), FileKind.CONTACT)
    files.update(dict.fromkeys(tree.paths(config.sites), FileKind.SITE))
    return dict(sorted(files.items()))


def _no_file(config: Config) -> Finding:
    patterns = shortened(", ".join((*config.sites, *config.contacts)), 120)
    help = "run dfsync init to start with an example, or correct `sites` in dfsync.yaml"
    return Finding(NO_FILE, f"no file matches {patterns}", CONFIG_SOURCE, help=help, span=TOP)


def _desired(sites: tuple[Site, ...], contacts: tuple[Contact, ...], config: Config) -> Desired:
    by_key = {contact.key(config.contact_csv.key): contact for contact in contacts}
    by_id = {site.id: site for site in sites}
    return Desired(dict(sorted(by_id.items())), dict(sorted(by_key.items())))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
