"""The ids that a user gives to `dfsync pull`: which sites they mean, and which of them exist nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from dfsync.errors import InputError
from dfsync.files.selection import SiteSelection
from dfsync.model.site import Site
from dfsync.model.text import shortened
from dfsync.pull.sheets import Sheets

_FILES = (".csv", ".tsv", ".txt", ".json", ".xlsx", ".xls", ".ods", ".yaml", ".yml")


def chosen_ids(
    ids: Sequence[str], selection: SiteSelection, known: Mapping[str, Site], incoming: Iterable[str]
) -> frozenset[str]:
    """Return the ids of the sites to pull: those given, those that the options select, or both; none means all."""
    if not selection:
        return frozenset(ids)
    among = selection.ids(known.values(), incoming)
    chosen = among & frozenset(ids) if ids else among
    if not chosen:
        raise InputError("none of the given ids is among the sites that the options select")
    return chosen


def refuse_file_names(ids: Sequence[str], known: Collection[str]) -> None:
    """Raise `InputError` for an argument that names a file, before anything is asked for: it is no id of a site."""
    file = next((id for id in ids if id.lower().endswith(_FILES) and id not in known), None)
    if file is not None:
        raise InputError(
            f"{shortened(file)} is the name of a file, and these arguments are ids of sites",
            help=f"to read a file, write dfsync pull --from {shortened(file)}",
        )


def missing_ids(ids: Sequence[str], incoming: Sheets, known: Collection[str], *, from_files: bool) -> Iterator[str]:
    """Yield a remark for each id that the files have and that does not come in.

    Raises `InputError` for ids that exist nowhere: one may be misspelled, or a file's name.
    """
    place = "the files of --from have no site with" if from_files else "no live site has"
    comes = incoming.sites.keys() | {cells.get("site", "") for cells in incoming.contacts.values()}
    missing = [id for id in ids if id not in comes]
    if unknown := [id for id in missing if id not in known]:
        help = "write ids as the export has them, with a blank between two"
        raise InputError(f"{place} the id {', '.join(map(shortened, unknown))}", help=help)
    yield from (f"{place} the id {shortened(id)}" for id in missing)
