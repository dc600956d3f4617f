"""Plans to show: a small one with one of everything, and large ones."""

from __future__ import annotations

from dfsync.diff.changes import Action, Cause, Change, FieldChange
from dfsync.model.fields import FIELD
from dfsync.model.kind import Kind
from dfsync.model.place import Source
from dfsync.model.values import from_json
from dfsync.plan.values import LeftBehind, PendingFigures, Plan, PlanSource, PlanTarget, Refusal, Unmanaged

WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri"]
OFFICE = [{"days": WEEKDAYS, "start": "09:00", "end": "18:59"}]
LONGER = [{"days": WEEKDAYS, "start": "09:00", "end": "20:59"}]
BAR = [
    {"days": ["Mon", "Tue", "Wed", "Thu"], "start": "11:00", "end": "22:59"},
    {"days": ["Fri", "Sat"], "start": "18:00", "end": "23:59"},
    {"days": ["Sat", "Sun"], "start": "00:00", "end": "02:59"},
]
REFUSAL = Refusal("updates", "412 updates are more than 30% of 1,000 live sites (300)", "--accept updates=412")


def field(name, before, after, cause=Cause.CHANGE):
    """Return a change of a field; the values are in the plan file's form."""
    if name not in FIELD:
        return FieldChange(name, name, before, after, cause)
    known = FIELD[name]
    return FieldChange(name, known.column, from_json(known, before), from_json(known, after), cause)


def update(id, *fields, name="Downtown Store", file="sites/us/ca/downtown.yaml", line=1):
    return Change(Kind.SITE, Action.UPDATE, id, name, Source(file, line), fields, "sha256:00")


def create(id, *fields, name="Uptown Store", file="sites/us/ca/uptown.yaml", line=1):
    return Change(Kind.SITE, Action.CREATE, id, name, Source(file, line), fields)


def contact(id, *fields, action=Action.UPDATE, name="Ada Lovelace"):
    return Change(Kind.CONTACT, action, id, name, Source("contacts/all.yaml", 3), fields, site=id.partition("/")[0])


def plan(*changes, unchanged=247, **rest):
    pending = PendingFigures(live=250, last_applied=250, creates=0, updates=0, clears=0)
    values = {"has_state": True, "pending": pending, **rest}
    return Plan(
        PlanTarget("production", 123, "https://api-external.dragonfruit.ai"),
        PlanSource("0123456789abcdef0123456789abcdef01234567"),
        "2026-05-04T09:00:00Z",
        changes,
        unchanged,
        **values,
    )


def everything():
    """One of everything that a plan can hold."""
    return plan(
        create(
            "site-124",
            field("name", None, "Uptown Store"),
            field("address.street", None, "1 Main St"),
            field("address.city", None, "San Francisco"),
            field("address.state", None, "CA"),
            field("address.country", None, "USA"),
            field("groups", None, ["Retail", "West"]),
            field("timezone", None, "America/Los_Angeles"),
            field("operational_hours", None, [*OFFICE, {"days": ["Sat"], "start": "10:00", "end": "13:59"}]),
        ),
        update("site-123", field("operational_hours", OFFICE, LONGER)),
        update(
            "site-125",
            field("timezone", "America/Los_Angeles", "America/Denver"),
            field("escalation_path", "Ops Team", None),
            field("groups", ["Retail", "West"], ["Outlet", "Retail"], Cause.BOTH),
            name="Mission Bay",
        ),
        update("site-126", field("operational_hours", BAR, OFFICE, Cause.DRIFT), name="Night Owl"),
        contact("site-123/ada@example.com", field("phone", "+1 415 555 0100", "+1 415 555 0199")),
        contact(
            "site-124/grace@example.com",
            field("site", None, "site-124"),
            field("name", None, "Grace Hopper"),
            field("email", None, "grace@example.com"),
            action=Action.CREATE,
            name="Grace Hopper",
        ),
        unmanaged=(Unmanaged("site-9", "Old Store"), Unmanaged("site-8", "Closed Store", was_managed=True)),
        left_behind=(LeftBehind("site-123", "ab12"), LeftBehind("site-123", "cd34")),
        kept=(update("site-130", field("currency", "EUR", "USD", Cause.DRIFT), name="Harbor"),),
        normalised=(update("site-131", field("address.postal_code", "94105-0000", "94105"), name="Pier"),),
    )


def many(sites, alike=0):
    """A plan of `sites` updates: `alike` of them move to the same time zone, the others differ."""
    move = field("timezone", "America/Los_Angeles", "America/Denver")
    changes = [update(f"site-{n:05}", move, name=f"Store {n}") for n in range(alike)]
    for n in range(alike, sites):
        hours = [{"days": WEEKDAYS, "start": f"{6 + n % 5:02}:{n % 4 * 15:02}", "end": f"{17 + n % 6:02}:59"}]
        fields = [field("operational_hours", OFFICE, hours), field("name", f"Store {n}", f"Shop {n}")]
        folder = ("us/ca", "us/co", "de/be", "jp/13")[n % 4]
        changes.append(update(f"site-{n:05}", *fields, name=f"Shop {n}", file=f"sites/{folder}/site-{n}.yaml"))
    return plan(*changes)


def hostile(text):
    """A plan in which every text that may come from outside is this one."""
    fields = [field("name", text, text + "x"), field("groups", [text], None), field("timezone", None, text)]
    return plan(
        create(text, field("name", None, text), name=text, file=text),
        update(text, *fields, name=text, file=text),
        *(update(f"{text}{n}", field("currency", text, "USD"), name=text) for n in range(5)),
        contact(text, field("phone", text, "+1")),
        unmanaged=(Unmanaged(text, text, was_managed=True),),
        left_behind=(LeftBehind(text, text),),
        kept=(update(text, field("name", text, "Shop"), name=text),),
        normalised=(update(text, field("operational_hours", text, OFFICE), name=text),),
    )
