"""`dfsync show`: shows a saved plan or receipt as a report, or everything that is known of a site. Sends nothing."""

from __future__ import annotations

import datetime
import json
import shutil
import sys
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from msgspec import Struct
from msgspec.structs import replace

from dfsync.api.protocol.errors import TokenError
from dfsync.apply.receipt import receipt as receipt_file
from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.plan_report import details_option, plan_options
from dfsync.commands.invocation.selection_options import selection_options
from dfsync.commands.invocation.state_store import state_store
from dfsync.commands.terminal.log_output import bundle_option
from dfsync.diff.changes import Change
from dfsync.errors import DfsyncError, InputError, UsageError
from dfsync.files.export_file import read_bytes, read_saved
from dfsync.files.origins import Origins
from dfsync.files.selection import SiteSelection
from dfsync.model.kind import Kind
from dfsync.model.likeness.spelling import near_id
from dfsync.model.live import LiveSite
from dfsync.model.place import Place
from dfsync.model.site import Site
from dfsync.model.text import normal, shortened, visible
from dfsync.plan import plan_file
from dfsync.plan.exception_weeks import PlanDay
from dfsync.plan.guards import refusals
from dfsync.plan.values import Plan, Refusal
from dfsync.report.changes.regions import regions_of
from dfsync.report.elements.colors import colors_for
from dfsync.report.plan import PLAN_REPORTERS
from dfsync.report.receipt import RECEIPT_REPORTERS
from dfsync.report.site.facts import SiteFacts, field_facts
from dfsync.report.site.json import render as render_sites_as_json
from dfsync.report.site.text import render as render_sites
from dfsync.validation.check import Checked, check
from dfsync.validation.checks.schema import is_valid
from dfsync.validation.results.result_cache import ResultCache

FORMATS = ("text", "json", "markdown", "html")


@click.command("show")
@click.argument("what", nargs=-1, metavar="PLAN|RECEIPT|SITE...")
@click.option("--format", "format", type=click.Choice(FORMATS), default="text", help="The format of the report.")
@details_option
@click.option("--show-contacts", is_flag=True, help="Show contacts unmasked.")
@click.option(
    "--live", metavar="FILE", type=click.Path(path_type=Path), help="A saved export instead of live; needs no token."
)
@selection_options
@bundle_option
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    *,
    what: Sequence[str],
    format: str,
    details: bool,
    show_contacts: bool,
    live: Path | None,
    selection: SiteSelection,
    bundle: Path | None,
) -> None:
    """Show a saved plan or receipt as a report, or everything that is known of sites.

    For a site it shows the value of each field in the files, in live and at the last apply, and where each value is
    written. A name that is a file is a plan or a receipt; any other name is the id of a site.
    """
    if not what and not selection:
        raise UsageError("nothing to show is named", help="name a saved plan, a receipt, or the id of a site")
    files = [name for name in what if Path(name).is_file()]
    if files and len(what) > 1:
        raise UsageError("a plan or a receipt is shown alone", help="name one file, or ids of sites")
    if files:
        shown = _Shown(format, selection, details, show_contacts)
        invocation.result(_document(invocation, Path(files[0]), shown))
        return
    color = format == "text" and invocation.colored(sys.stdout)
    invocation.result(_sites_in(format, _facts(invocation, what, selection, live, bundle), color=color))


class _Shown(Struct, frozen=True):
    """How a saved plan or receipt is shown, and for which sites."""

    format: str
    selection: SiteSelection
    details: bool
    show_contacts: bool


def _document(invocation: Invocation, path: Path, shown: _Shown) -> str:
    """Return a saved plan or receipt as it is to be shown. Raises `InputError` if it is neither."""
    data, name = read_bytes(path), shortened(str(path))
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is neither a plan nor a receipt: it is not JSON") from error
    kind = document.get("format") if isinstance(document, dict) else None
    if kind == "dfsync/receipt":
        return _receipt(document, name, shown)
    if kind == "dfsync/plan":
        return _plan(invocation, data, name, shown)
    raise InputError(f"{name} is neither a plan nor a receipt", help="dfsync plan --out and apply --receipt write them")


def _plan(invocation: Invocation, data: bytes, name: str, shown: _Shown) -> str:
    plan, digest = plan_file.loads(data, name)
    if shown.format == "json" and not shown.selection:
        return plan_file.dumps(json.loads(data))
    if shown.selection:
        plan = _selected(invocation, plan, shown.selection)
    if shown.format == "json":
        return plan_file.dumps(plan_file.to_document(plan))
    options = plan_options(
        invocation,
        format=shown.format,
        digest=None if shown.selection else digest,
        commit=plan.source.commit,
        show_contacts=shown.show_contacts,
        details=shown.details,
        regions=_regions(invocation, plan),
    )
    rendered: str = import_module(PLAN_REPORTERS[shown.format]).render(plan, _refusals(invocation, plan), options)
    return rendered


def _regions(invocation: Invocation, plan: Plan) -> Mapping[str, str]:
    """Return the regions of the changed sites by the files of this repository; none if it has no such files."""
    try:
        tree = invocation.tree()
        sites = check(tree, ResultCache(tree.root)).desired.sites
        return regions_of(sites[change.id] for change in plan.of(Kind.SITE) if change.id in sites)
    except DfsyncError:
        return {}


def _refusals(invocation: Invocation, plan: Plan) -> Sequence[Refusal]:
    """Return the refusals of the guards of this repository; none if there is no repository."""
    try:
        return refusals(plan, invocation.config())
    except DfsyncError:
        invocation.say("no dfsync.yaml here that can be used, so limits are not known")
        return ()


def _selected(invocation: Invocation, plan: Plan, selection: SiteSelection) -> Plan:
    """Return the plan with the changes of the selected sites. Groups are those of the files."""
    known = invocation.checked().desired.sites if selection.group else {}
    changes = [change for change in (*plan.changes, *plan.kept) if change.kind is Kind.SITE]
    sites = {
        change.id: known.get(change.id) or Site(change.id, {}, Place(change.source.file), change.source.line)
        for change in changes
    }
    ids = selection.ids(sites.values(), (site.id for site in plan.unmanaged))
    owners = set(map(normal, ids))

    def is_chosen(change: Change) -> bool:
        return change.id in ids if change.kind is Kind.SITE else change.site in owners

    return replace(
        plan,
        changes=tuple(filter(is_chosen, plan.changes)),
        kept=tuple(filter(is_chosen, plan.kept)),
        normalised=tuple(filter(is_chosen, plan.normalised)),
        unmanaged=tuple(site for site in plan.unmanaged if site.id in ids),
        selection=selection,
    )


def _receipt(document: Mapping[str, Any], name: str, shown: _Shown) -> str:
    if not is_valid("receipt", document):
        raise InputError(f"{name} is not a receipt of the documented form", help="dfsync schema receipt prints it")
    if shown.format == "json":
        return receipt_file.dumps(document)
    render = import_module(RECEIPT_REPORTERS[shown.format]).render
    receipt = receipt_file.from_document(document)
    return str(render(receipt, show_contacts=shown.show_contacts, details=shown.details))


def _sites_in(format: str, facts: Sequence[SiteFacts], *, color: bool) -> str:
    if format == "json":
        return render_sites_as_json(facts)
    if format == "text":
        return render_sites(facts, colors_for(color=color), min(shutil.get_terminal_size((80, 24)).columns, 120))
    shown: str = import_module(f"dfsync.report.site.{format}").render(facts)
    return shown


def _facts(
    invocation: Invocation, ids: Sequence[str], selection: SiteSelection, saved: Path | None, bundle: Path | None
) -> list[SiteFacts]:
    """Return what is known of the sites. Raises `InputError` for an id that exists nowhere."""
    checked = invocation.checked()
    sites, config = checked.desired.sites, checked.config
    chosen = [*dict.fromkeys((*ids, *(sorted(selection.ids(sites.values())) if selection else ())))]
    live = _live(invocation, checked, chosen, saved, bundle)
    store = state_store(invocation, config)
    last_applied = store.load(offline=saved is not None).last_applied()
    origins = Origins(invocation.tree(), config)
    plan_day = PlanDay(datetime.datetime.now(datetime.UTC), config.days_ahead)
    found = []
    for id in chosen:
        site, there = sites.get(id), live.get(id) if live is not None else None
        if site is None and there is None:
            raise InputError(_nowhere(id, sites, live_known=live is not None), help="dfsync list shows the sites")
        timezone = there.row.get("Timezone") if there is not None else None
        zone = timezone if isinstance(timezone, str) else None
        today = plan_day.on_its_day(site, zone)[0] if site is not None else None
        places = origins.fields(site) if site is not None else {}
        fields = field_facts(today, there, last_applied, places, live_known=live is not None)
        of_days = origins.exceptions(site) if site is not None else {}
        found.append(
            SiteFacts(
                id=id,
                name=(site.name if site else "") or (there.name if there else ""),
                source=site.source if site else None,
                site=today,
                live=there,
                live_known=live is not None,
                applied=id in last_applied.sites,
                fields=tuple(fields),
                exceptions={exception: of_days.get(exception) for exception in (site.exceptions if site else ())},
                contacts=tuple(key for key, contact in checked.desired.contacts.items() if contact.site == id),
            )
        )
    return found


def _live(
    invocation: Invocation, checked: Checked, ids: Sequence[str], saved: Path | None, bundle: Path | None
) -> dict[str, LiveSite] | None:
    """Return the live sites with these ids; None and a reason if there is no token."""
    if saved is not None:
        return {site.id: site for site in read_saved(saved, invocation.say) if site.id in ids}
    try:
        with invocation.client(checked.config, bundle=bundle) as client:
            return {site.id: site for site in client.export(lambda site: site, ids=list(ids))}
    except TokenError as error:
        invocation.say(f"live is not shown: {error.message}")
        return None


def _nowhere(id: str, known: Collection[str], *, live_known: bool) -> str:
    where = "neither the files nor live have" if live_known else "the files don't have"
    near = near_id(id, known)
    return f"{where} a site {visible(id)!r}{f'; {near}' if near else ''}"
