"""Plans of small made-up targets."""

from __future__ import annotations

import datetime
from typing import Any

from dfsync.files.selection import SiteSelection
from dfsync.model.exception_days import DatedException
from dfsync.model.last_applied import LastApplied
from dfsync.model.live import LiveSite
from dfsync.model.place import Place
from dfsync.model.settings import Config, Target
from dfsync.model.site import Contact, Desired, Site
from dfsync.plan.build import Planner
from dfsync.plan.exception_weeks import PlanDay
from dfsync.plan.values import Plan, PlanSource

NOW = datetime.datetime(2026, 12, 21, 12, tzinfo=datetime.UTC)  # a Monday


def site(id: str, exceptions: tuple[DatedException, ...] = (), **fields: Any) -> Site:
    return Site(id, {"name": f"Store {id}", **fields}, Place(f"sites/{id}.yaml"), 1, exceptions=exceptions)


def contact(site: str, email: str, **fields: str | None) -> Contact:
    return Contact({"site": site, "email": email, **fields}, Place("contacts/all.yaml"), 1)


def row(id: str, **columns: Any) -> LiveSite:
    return LiveSite({"Site ID": id, "Site Name": f"Store {id}", **columns})


def planner(
    sites: list[Site],
    contacts: list[Contact] | None = None,
    config: Config | None = None,
    last_applied: LastApplied | None = None,
    only: tuple[str, ...] = (),
    plan_day: PlanDay | None = None,
) -> Planner:
    config = config or Config()
    return Planner(
        desired=Desired({site.id: site for site in sites}, {c.key(config.contact_csv.key): c for c in contacts or []}),
        config=config,
        target=Target("production", 123),
        last_applied=last_applied or LastApplied(),
        plan_day=plan_day or PlanDay(NOW),
        source=PlanSource("c" * 40),
        selection=SiteSelection(only),
        selected=SiteSelection(only).ids(sites) if only else None,
    )


def plan(sites: list[Site], live: list[LiveSite], **options: Any) -> Plan:
    made = planner(sites, **options)
    return made.plan(made.keep(site) for site in live)
