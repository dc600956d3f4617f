"""From live, or a spreadsheet, to files: what a pull writes, and what it tells. Pure but for reading the tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dfsync.files.build import Builder
from dfsync.files.fmt import canon
from dfsync.files.root import CONFIG_FILE
from dfsync.files.tree import Tree
from dfsync.model.remembered import Remembered
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Desired
from dfsync.plan.calendar import Calendar
from dfsync.pull.contacts import TakenContacts, taken_contacts
from dfsync.pull.creating import Creator
from dfsync.pull.factoring import Factored, factored
from dfsync.pull.fitness import Fitness
from dfsync.pull.placing import Layout, hours_form, is_shared, places, template
from dfsync.pull.revising import Reviser
from dfsync.pull.taking import Taker
from dfsync.pull.values import FileChange, Incoming, NewSite, Pulled, Told, Wanted


@dataclass(frozen=True, slots=True)
class Repository:
    """What the files say now, and what was last applied from them."""

    tree: Tree
    config: Config
    desired: Desired
    remembered: Remembered
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Form:
    """How new sites are written: how many share a file, and whether what they have in common becomes defaults."""

    layout: Layout = Layout.ONE_PER_SITE
    factor: bool = False


EVERYTHING = Wanted()
ONE_BY_ONE = Form()


def pull(
    repository: Repository,
    sites: Iterable[Incoming],
    contacts: Iterable[Mapping[str, str]] = (),
    wanted: Wanted = EVERYTHING,
    form: Form = ONE_BY_ONE,
) -> Pulled:
    """Return what taking in sites and contacts changes in the files; nothing is written.

    Raises `InputError` or `ConfigError` when a file can't be edited or a new one has no place.
    """
    told, sites = Told(), list(sites)
    config, desired = repository.config, repository.desired
    reviser = Reviser(repository.tree, config, told)
    taker = Taker(desired, repository.remembered, repository.calendar, Fitness(config), wanted, told)
    taken = list(taker.taken(sites))
    for one in taken:
        reviser.take(one)
    of_contacts = taken_contacts(contacts, desired, config, repository.remembered, wanted, told)
    new = [
        replace(site, contacts=tuple(map(_without_site, of_contacts.new.pop(site.id, ())))) for site in taker.new(sites)
    ]
    _take_contacts(reviser, desired, of_contacts, wanted, told)
    created = _created(repository, new, form, reviser) if new else []
    changes = {change.path: change for change in (*reviser.files(), *created)}
    updated = {one.site.id for one in taken} | {contact.site for contact, _ in of_contacts.changed}
    return Pulled(tuple(changes[path] for path in sorted(changes)), tuple(told.notices), len(new), len(updated))


def _take_contacts(reviser: Reviser, desired: Desired, taken: TakenContacts, wanted: Wanted, told: Told) -> None:
    of_site: dict[str, list[Contact]] = {}
    for contact in desired.contacts.values():
        of_site.setdefault(contact.site, []).append(contact)
    for contact, values in taken.changed:
        reviser.take_contact(contact, values)
    for id, contacts in sorted(taken.new.items()):
        if wanted.only_unmanaged or wanted.only_drift:
            continue
        if id in desired.sites:
            reviser.add_contacts(desired.sites[id], of_site.get(id, ()), contacts)
        else:
            told.add("contacts left out: no file has their site", id)


def _created(repository: Repository, new: Sequence[NewSite], form: Form, reviser: Reviser) -> list[FileChange]:
    """Return the files of new sites, and let dfsync.yaml have what they have in common."""
    tree, config = repository.tree, repository.config
    path_template = template(config, form.layout)
    known = tree.paths((*config.sites, *config.contacts))
    paths = places(new, config, path_template, known)
    placed = [(site, paths[site.id]) for site in new]
    common = Factored(config, (), {})
    if form.factor:
        common = factored(placed, config, known, hours_form(config))
        reviser.change(CONFIG_FILE, common.changes)
    creator = Creator(
        repository.calendar,
        hours_form(config),
        common.profiles,
        Builder(common.config.defaults, common.config.hours_profiles),
        in_lists=is_shared(path_template),
    )
    together: dict[str, list[NewSite]] = {}
    for site, path in sorted(placed, key=lambda item: item[0].id):
        together.setdefault(path, []).append(site)
    created = []
    for path, sites in together.items():
        if path in known:
            reviser.change(path, creator.additions(path, tree.read(path), sites))
        else:
            created.append(creator.file(path, sites, canon(config, tree, path, "site").modeline))
    return created


def _without_site(contact: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in contact.items() if name != "site"}
