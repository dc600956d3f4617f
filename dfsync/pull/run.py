"""Plans a pull: what it writes into the files, and what it reports. Pure, except for reading the tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dfsync.files.edit.changes import Change
from dfsync.files.fmt.one_file import canon
from dfsync.files.resolve import Resolver
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.files.storage.tree import Tree
from dfsync.model.last_applied import LastApplied
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Desired
from dfsync.plan.exception_weeks import PlanDay
from dfsync.pull.contacts import ContactUpdates, contact_updates
from dfsync.pull.edit_files import FileEditor
from dfsync.pull.new_sites.files import NewFiles
from dfsync.pull.new_sites.layout import Layout, is_shared, places, template
from dfsync.pull.new_sites.profiles_and_defaults import ProfilesAndDefaults, profiles_and_defaults
from dfsync.pull.objections import ValueCheck
from dfsync.pull.selection import Selection
from dfsync.pull.values import FileChange, IncomingSite, NewSite, Notices, PullResult, PullScope
from dfsync.runtime.parallel import Count, counting
from dfsync.sheets.table.values import ExceptionEdit


class PullRepository(Struct, frozen=True):
    """The present files, and what was last applied from them."""

    tree: Tree
    config: Config
    desired: Desired
    last_applied: LastApplied
    plan_day: PlanDay


class Form(Struct, frozen=True):
    """How new sites are written: how many share a file, and whether common values become defaults."""

    layout: Layout = Layout.ONE_PER_SITE
    factor: bool = False


class OtherChanges(Struct, frozen=True):
    """What a spreadsheet changes besides fields and contacts: dfsync.yaml, and dated exceptions of sites."""

    config: Sequence[Change] = ()
    exceptions: Sequence[ExceptionEdit] = ()
    contact_keys: Mapping[tuple[str, ...], tuple[str, ...]] = {}
    """The key that the files have for a contact, by its new key."""


EVERYTHING = PullScope()
NOTHING_ELSE = OtherChanges()
ONE_BY_ONE = Form()


def pull(
    repository: PullRepository,
    sites: Iterable[IncomingSite],
    contacts: Iterable[Mapping[str, str]] = (),
    scope: PullScope = EVERYTHING,
    form: Form = ONE_BY_ONE,
    also: OtherChanges = NOTHING_ELSE,
    count: Count | None = None,
) -> PullResult:
    """Return what a pull of sites and contacts changes in the files. Nothing is written.

    `count` is told how many files are done.

    Raises `InputError` or `ConfigError` if a file can't be edited or a new one has no place.
    """
    notices, sites = Notices(), list(sites)
    config, desired = repository.config, repository.desired
    editor = FileEditor(repository.tree, config, notices)
    selection = Selection(desired, repository.last_applied, repository.plan_day, ValueCheck(config), scope, notices)
    taken = list(selection.taken(sites))
    for one in taken:
        editor.take(one)
    of_contacts = contact_updates(contacts, desired, config, repository.last_applied, scope, notices, also.contact_keys)
    new = [
        replace(site, contacts=tuple(map(_without_site, of_contacts.new.pop(site.id, ()))))
        for site in selection.new(sites)
    ]
    if also.config:
        editor.change(CONFIG_FILE, also.config)
    _take_contacts(editor, desired, of_contacts, scope, notices)
    edited = {} if scope.only_unmanaged or scope.only_drift else _by_site(also.exceptions, scope)
    for id, edits in edited.items():
        editor.take_exceptions(desired.sites[id], edits)
    placed, created = _created(repository, new, form, editor, count) if new else ([], [])
    changes = {change.path: change for change in (*editor.files(count), *created)}
    updated = {one.site.id for one in taken} | {contact.site for contact, _ in of_contacts.changed} | edited.keys()
    return PullResult(
        tuple(changes[path] for path in sorted(changes)),
        tuple(notices.notices),
        len(new),
        len(updated),
        tuple(notices.refusals),
        tuple((path, site) for site, path in placed),
    )


def _by_site(exceptions: Sequence[ExceptionEdit], scope: PullScope) -> dict[str, list[ExceptionEdit]]:
    found: dict[str, list[ExceptionEdit]] = {}
    for edit in exceptions:
        if not scope.ids or edit.site in scope.ids:
            found.setdefault(edit.site, []).append(edit)
    return found


def _take_contacts(
    editor: FileEditor, desired: Desired, taken: ContactUpdates, scope: PullScope, notices: Notices
) -> None:
    of_site: dict[str, list[Contact]] = {}
    for contact in desired.contacts.values():
        of_site.setdefault(contact.site, []).append(contact)
    for contact, values in taken.changed:
        editor.take_contact(contact, values)
    for id, contacts in sorted(taken.new.items()):
        if scope.only_unmanaged or scope.only_drift:
            continue
        if id in desired.sites:
            editor.add_contacts(desired.sites[id], of_site.get(id, ()), contacts)
        else:
            notices.add("contacts left out: no file has their site", id)


def _created(
    repository: PullRepository, new: Sequence[NewSite], form: Form, editor: FileEditor, count: Count | None
) -> tuple[list[tuple[NewSite, str]], list[FileChange]]:
    """Return the new sites with their paths, and their files. What they have in common goes into dfsync.yaml."""
    tree, config = repository.tree, repository.config
    path_template = template(config, form.layout)
    known = tree.paths((*config.sites, *config.contacts))
    paths = places(new, config, path_template, known)
    placed = [(site, paths[site.id]) for site in new]
    common = ProfilesAndDefaults(config, (), {})
    if form.factor:
        common = profiles_and_defaults(placed, config, known, config.pull.hours)
        editor.change(CONFIG_FILE, common.changes)
    creator = NewFiles(
        repository.plan_day,
        config.pull.hours,
        common.profiles,
        Resolver(common.config.defaults, common.config.hours_profiles),
        in_lists=is_shared(path_template),
    )
    together: dict[str, list[NewSite]] = {}
    for site, path in sorted(placed, key=lambda item: item[0].id):
        together.setdefault(path, []).append(site)
    created = []
    for path, sites in counting(together.items(), len(together), count):
        if path in known:
            editor.change(path, creator.additions(path, tree.read(path), sites))
        else:
            created.append(creator.file(path, sites, canon(config, tree, path, "site").modeline))
    return placed, created


def _without_site(contact: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in contact.items() if name != "site"}
