"""The check of a whole repository: every file is read, every problem is reported, nothing is hidden by another.

Per file: YAML, schema, hours, the rules of one site. Then the rules across files. What a file brings is a function of
its bytes and the configuration alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dfsync.diagnostics import Findings, Span, arranged
from dfsync.files.build import Builder, contact, read_exceptions
from dfsync.files.config import CONFIG_FILE, profile, read_config
from dfsync.files.entries import EntryKind, FileKind, entries
from dfsync.files.tree import Tree, UnreadableFileError
from dfsync.files.typing import typed, typed_places
from dfsync.files.yaml import AMBIGUOUS, Parsed, parse
from dfsync.model.hours_read import HoursProblem, read_hours
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Desired, Site, Source
from dfsync.model.text import shortened
from dfsync.resources import schema
from dfsync.validation.finding import CONFIG_SOURCE, Also, Finding, On
from dfsync.validation.locating import Places, diagnostics
from dfsync.validation.rules import REPOSITORY_RULES, SITE_RULES, level_of
from dfsync.validation.schema import schema_findings

NO_FILE = "DF001"
UNREADABLE = "DF007"
_TYPED_KEYS = frozenset({"internal_id", "closed"})


@dataclass(slots=True)
class FileFacts:
    """What one file brings: its sites and contacts, and what is wrong inside it."""

    file: str
    sites: list[Site] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Checked:
    """A repository after the check: `desired` can be believed only when the findings have no error."""

    config: Config
    desired: Desired
    findings: Findings
    sites: tuple[Site, ...] = ()
    contacts: tuple[Contact, ...] = ()


def check(tree: Tree) -> Checked:
    """Check everything below the tree's root. Raises `ConfigError` only when dfsync.yaml can't be read at all."""
    parsed, config = read_config(tree)
    found = list(config_findings(parsed))
    files = _files(tree, config)
    if not files:
        patterns = ", ".join((*config.sites, *config.contacts))
        help = "run dfsync init to start with an example, or correct `sites` in dfsync.yaml"
        found.append(Finding(NO_FILE, f"no file matches {patterns}", CONFIG_SOURCE, help=help, span=Span(1, 1, 1, 2)))
    builder = Builder(config.defaults, config.hours_profiles)
    facts = [check_file(tree, file, kind, builder, config) for file, kind in files.items()]
    sites = tuple(site for of_file in facts for site in of_file.sites)
    contacts = tuple(contact for of_file in facts for contact in of_file.contacts)
    found.extend(finding for of_file in facts for finding in of_file.findings)
    for rule in REPOSITORY_RULES:
        found.extend(rule(sites, contacts, config, tuple(files)))
    result = diagnostics(found, Places(tree, config), lambda code: level_of(code, config.rules))
    findings = Findings(arranged(result), len(files), len(sites), len(contacts))
    return Checked(config, _desired(sites, contacts, config), findings, sites, contacts)


def check_config(tree: Tree) -> tuple[Config, Findings]:
    """Check dfsync.yaml alone. Raises `ConfigError` when it can't be read at all."""
    parsed, config = read_config(tree)
    result = diagnostics(config_findings(parsed), Places(tree, config), lambda code: level_of(code, config.rules))
    return config, Findings(arranged(result), 1, 0, 0)


def check_file(tree: Tree, file: str, kind: FileKind, builder: Builder, config: Config) -> FileFacts:
    """Read and check one file, and build what is in it."""
    facts = FileFacts(file)
    try:
        parsed = parse(tree.read(file))
    except UnreadableFileError as error:
        facts.findings.append(Finding(UNREADABLE, f"the file {error.message}", Source(file, 1), span=Span(1, 1, 1, 2)))
        return facts
    facts.findings.extend(_yaml_findings(file, parsed))
    types = typed_places(schema(kind))
    for number, document in enumerate(parsed.documents):
        parsed.documents[number] = typed(document, types, parsed.quoted)
        facts.findings.extend(schema_findings(kind, document, file, number))
    for entry in entries(parsed, kind):
        if entry.kind is EntryKind.SITE:
            site, problems = builder.site(entry, file)
            facts.sites.append(site)
            facts.findings.extend(_problem(problem, site.source, site.id) for problem in problems)
            for rule in SITE_RULES:
                facts.findings.extend(rule(site, config))
        else:
            facts.contacts.append(contact(entry, file))
    return facts


def config_findings(parsed: Parsed) -> Iterator[Finding]:
    """Yield what is wrong with dfsync.yaml itself: YAML, schema, hours of profiles and defaults."""
    yield from _yaml_findings(CONFIG_FILE, parsed)
    raw = parsed.documents[0] if parsed.documents else None
    if raw is None and not parsed.problems:
        yield Finding("DF102", "version is missing", CONFIG_SOURCE, on=On.OPENING, help="add version: 1")
    if raw is None:
        return
    yield from schema_findings("config", raw, CONFIG_FILE)
    if not isinstance(raw, dict):
        return
    profiles = {}
    for name, written in _mapping(raw.get("hours_profiles")).items():
        read, problems = profile(written)
        profiles[name] = read.hours
        for problem in problems:
            yield _problem(problem, CONFIG_SOURCE, None, ("hours_profiles", name))
    defaults = raw.get("defaults")
    for number, default in enumerate(defaults if isinstance(defaults, list) else ()):
        values = _mapping(_mapping(default).get("set"))
        at = ("defaults", number, "set")
        if "operational_hours" in values:
            for problem in read_hours(values["operational_hours"], profiles).problems:
                yield _problem(problem, CONFIG_SOURCE, None, (*at, "operational_hours"))
        for problem in read_exceptions(values.get("exceptions"))[1]:
            yield _problem(problem, CONFIG_SOURCE, None, at)


def _files(tree: Tree, config: Config) -> dict[str, FileKind]:
    files = dict.fromkeys(tree.paths(config.contacts), FileKind.CONTACT)
    files.update(dict.fromkeys(tree.paths(config.sites), FileKind.SITE))
    return dict(sorted(files.items()))


def _yaml_findings(file: str, parsed: Parsed) -> Iterator[Finding]:
    for problem in parsed.problems:
        also = (Also("first written here", Source(file, 1), span=problem.first),) if problem.first else ()
        source = Source(file, problem.span.line)
        yield Finding(problem.code, problem.message, source, help=problem.help, span=problem.span, also=also)
    for scalar in parsed.ambiguous:
        if scalar.pointer[-1] in _TYPED_KEYS or file == CONFIG_FILE:
            continue
        message = f"other YAML readers take {shortened(scalar.text, 40)} for {scalar.reads_as}; dfsync reads it as text"
        help = f'write "{shortened(scalar.text, 40)}", or run dfsync fmt'
        source = Source(file, scalar.span.line, scalar.pointer[:1])
        yield Finding(AMBIGUOUS, message, source, scalar.pointer[1:], help=help, span=scalar.span)


def _problem(problem: HoursProblem, source: Source, id: str | None, at: tuple[str | int, ...] = ()) -> Finding:
    on = On.KEY if problem.on_key else On.VALUE
    return Finding(problem.code, problem.message, source, (*at, *problem.path), on, id, problem.help)


def _desired(sites: tuple[Site, ...], contacts: tuple[Contact, ...], config: Config) -> Desired:
    by_key = {contact.key(config.contact_csv.key): contact for contact in contacts}
    by_id = {site.id: site for site in sites}
    return Desired(dict(sorted(by_id.items())), dict(sorted(by_key.items())))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
