"""Checks one file: its sites and contacts, and what is wrong inside it.

The result depends only on the path, kind and bytes of the file and on the configuration. So it can be cached, and
computed in another process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache

from msgspec import Struct, field
from msgspec.structs import replace

from dfsync.files.entries import Entry, entries
from dfsync.files.resolve import Resolver, contact
from dfsync.files.schema_shape import shape_of, typed
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.files.storage.tree import UnreadableFileError
from dfsync.files.yaml.parse import AMBIGUOUS, DUPLICATE_KEY, YamlFile, parse, value_at
from dfsync.findings import Finding, RelatedPlace
from dfsync.model.damage import lost
from dfsync.model.kind import Kind
from dfsync.model.place import NOWHERE, TOP, Place, Pointer
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Site
from dfsync.model.text import normal, shortened
from dfsync.validation.checks.hours_findings import hours_finding
from dfsync.validation.checks.schema import UNKNOWN_FIELD, WRONG_TYPE, schema_findings
from dfsync.validation.rule import Text, run_rules
from dfsync.validation.rules.entry_rules import CONTACT_RULES, SITE_RULES, TEXT_RULES
from dfsync.validation.texts import are_plain, contact_texts, site_texts, texts_of

UNREADABLE = "DF007"
OTHER_SITE = "DF308"
_MOST_REMEMBERED = 64
_WHOLE = frozenset({UNKNOWN_FIELD, WRONG_TYPE})


class FileFacts(Struct):
    """The content of one file. `complete` is False if a part of it could not be read."""

    file: str
    sites: list[Site] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    profiles: set[str] = field(default_factory=set)
    complete: bool = True


def unreadable(file: str, error: UnreadableFileError) -> FileFacts:
    """Return the finding about a file that can't be read."""
    finding = Finding(UNREADABLE, f"the file {error.message}", Place(file), help=error.help, span=TOP)
    return FileFacts(file, findings=[finding], complete=False)


def check_file(data: bytes, file: str, kind: Kind, parsed: YamlFile, resolver: Resolver, config: Config) -> FileFacts:
    """Check one file, given its bytes and the parsed documents, and build its entries."""
    facts = FileFacts(file)
    parsed.documents[:] = documents = [typed(document, shape_of(kind)) for document in parsed.documents]
    parsed.ambiguous[:] = [each for each in parsed.ambiguous if isinstance(value_at(documents, each.pointer), str)]
    facts.complete = all(problem.code == DUPLICATE_KEY for problem in parsed.problems)
    for number, document in enumerate(documents):
        if isinstance(document, str) and parsed.problems:
            continue  # what is left of a document that is no YAML
        facts.findings.extend(schema_findings(kind, document, file, number))
    if parsed.problems or parsed.cuts or parsed.ambiguous:
        facts.findings.extend(yaml_findings(file, parsed, data, refused(facts.findings)))
    for entry in entries(parsed, kind):
        if entry.kind is Kind.SITE:
            _read_site(entry, facts, resolver, config)
        else:
            _read_contact(entry, facts, config)
    return facts


def refused(findings: Iterable[Finding]) -> AbstractSet[Pointer]:
    """Return the places of values that are refused as a whole: under an unknown key, or of a wrong type."""
    return {finding.place.pointer + finding.path for finding in findings if finding.code in _WHOLE}


def yaml_findings(file: str, parsed: YamlFile, data: bytes, refused: AbstractSet[Pointer]) -> Iterator[Finding]:
    """Yield what is wrong with a file as YAML, and what other readers would read differently.

    What is below a refused value is not checked, since it will not stay.
    """
    problems = parsed.problems
    if any(problem.code == DUPLICATE_KEY for problem in problems):
        problems = parse(data, with_marks=True).problems  # with marks it knows where the key was written first
    for problem in (*problems, *parsed.cuts):
        first = (RelatedPlace("first written here", Place(file), span=problem.first),) if problem.first else ()
        place = Place(file, problem.pointer[:1])
        yield Finding(
            problem.code,
            problem.message,
            place,
            problem.pointer[1:],
            help=problem.help,
            span=problem.span,
            related=first,
        )
    for scalar in parsed.ambiguous:
        if not _is_text_of_a_site(parsed, scalar.pointer, file) or _is_below(scalar.pointer, refused):
            continue
        if lost(scalar.text) is not None:
            continue  # another rule says worse of it
        text = shortened(scalar.text, 40)
        message = (
            f"other YAML readers take {text} for {scalar.reads_as}; dfsync reads it as text, and dfsync fmt quotes it"
        )
        place = Place(file, scalar.pointer[:1])
        help = f'write "{text}"' if text == scalar.text else "put it in quotes"
        yield Finding(AMBIGUOUS, message, place, scalar.pointer[1:], help=help, span=scalar.span)


def _read_site(entry: Entry, facts: FileFacts, resolver: Resolver, config: Config) -> None:
    site, problems = resolver.site(entry, facts.file)
    already = len(facts.findings)
    facts.sites.append(site)
    facts.findings.extend(hours_finding(problem, site.place) for problem in problems)
    hours = entry.raw.get("operational_hours")
    if isinstance(hours, dict) and isinstance(hours.get("profile"), str):
        facts.profiles.add(hours["profile"])
    facts.findings.extend(value_findings(site, config))
    if len(facts.findings) > already:
        facts.findings[already:] = _where_written(facts.findings[already:], entry.raw.get("groups"))


def value_findings(site: Site, config: Config) -> Iterator[Finding]:
    """Yield the findings of rules in the values of a site or of a default."""
    yield from run_rules(SITE_RULES, site.place, site, config)
    if not are_plain(texts_of(site)):
        yield from _text_findings(site.place, site_texts(site))


def _where_written(found: Iterable[Finding], groups: object) -> Iterator[Finding]:
    """Yield findings with the places of groups as they are written: a site has each of them once, and no empty one."""
    written = groups if isinstance(groups, list) else []
    own = list(dict.fromkeys(group for group in written if isinstance(group, str)))
    for finding in found:
        number = finding.path[1] if finding.path[:1] == ("groups",) and len(finding.path) == 2 else None
        if isinstance(number, int) and number < len(own):
            yield replace(finding, path=("groups", written.index(own[number])))
        else:
            yield finding


def _read_contact(entry: Entry, facts: FileFacts, config: Config) -> None:
    read = contact(entry, facts.file)
    facts.contacts.append(read)
    if entry.site is not None:
        implied = {name: value for name, value in read.fields.items() if name != "site"}
        read = replace(read, fields=implied)  # the site's id was judged where it was written
    written = entry.raw.get("site")
    if entry.site and isinstance(written, str) and normal(written) != normal(entry.site):
        message = f"the contact stands in site {shortened(entry.site, 40)}, and names {shortened(written, 40)}"
        help = "leave site out here, or move the contact out of the site"
        facts.findings.append(Finding(OTHER_SITE, message, read.place, ("site",), help=help))
    facts.findings.extend(run_rules(CONTACT_RULES, read.place, read, config))
    facts.findings.extend(_text_findings(read.place, contact_texts(read)))


def _text_findings(place: Place, texts: Iterator[tuple[Pointer, str]]) -> Iterator[Finding]:
    for path, text in texts:
        if len(text) > _MOST_REMEMBERED or not _is_clean(text, path[-1]):
            yield from run_rules(TEXT_RULES, place, Text(text, place, path))


@lru_cache(maxsize=4096)
def _is_clean(text: str, field: str | int) -> bool:
    """Whether no rule of texts objects in a field or at an index. Names of cities and groups occur again and again."""
    return are_plain((text,)) or not run_rules(TEXT_RULES, NOWHERE, Text(text, NOWHERE, (field,)))


def _is_below(pointer: Pointer, refused: AbstractSet[Pointer]) -> bool:
    return bool(refused) and any(pointer[:length] in refused for length in range(1, len(pointer) + 1))


def _is_text_of_a_site(parsed: YamlFile, pointer: Pointer, file: str) -> bool:
    """Whether a place holds text for a site: not under a key of the user's own, no number, no setting."""
    if file == CONFIG_FILE and pointer[1:2] not in (("defaults",), ("hours_profiles",)):
        return False
    own = any(isinstance(step, str) and step.startswith("x-") for step in pointer)
    return not own and isinstance(value_at(parsed.documents, pointer), str)
