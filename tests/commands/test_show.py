"""A saved plan, a receipt and a site can be looked at later; nothing is sent."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from dfsync.report.changes.wording import label
from tests.support.ci_runner import commands
from tests.support.run import Outcome, dfsync, write

CONFIG = """\
version: 1
targets: {production: {customer_id: 123}}
hours_profiles:
  retail: {Mon-Fri: 09:00-20:59}
defaults:
  - match: sites/us/**
    set: {currency: USD, operational_hours: {profile: retail}}
limits: {max_updates: 0}
calendars:
  works:
    groups: [Retail]
    exceptions:
      - {from: 2099-11-02, to: 2099-11-04, hours: 10:00-14:00, note: Works}
"""
SITE = """\
id: site-123
name: Downtown Store
groups: [Retail]
exceptions:
  - {date: 2099-12-25, closed: true, note: Christmas Day}
contacts:
  - {name: Ada Lovelace, email: ada@example.com}
"""
LIVE = [
    {
        "Site ID": "site-123",
        "Site Name": "Old \x1b[31m name",
        "Site Groups": "Retail",
        "Currency": "USD",
        "Operational Hours": '[{"days":["Mon","Tue","Wed","Thu","Fri"],"start":"09:00","end":"18:59"}]',
        "Timezone": "America/Los_Angeles",
    },
    {"Site ID": "site-9", "Site Name": "Unmanaged Store"},
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one site, whose live is saved in a file."""
    return write(tmp_path, {"dfsync.yaml": CONFIG, "sites/us/a.yaml": SITE, "live.json": json.dumps(LIVE)})


def saved(root: Path) -> Outcome:
    """Save a plan, and return its path."""
    return dfsync(root, "plan", "--live", "live.json", "--out", "plan.json")


def test_a_saved_plan_is_shown_in_every_format(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """It looks as it was reported. No repository is needed."""
    reported = saved(root)
    shown = dfsync(root, "show", "plan.json")
    assert shown.code == 0
    assert shown.out == reported.out
    assert dfsync(root, "show", "plan.json", "--format", "json").out == (root / "plan.json").read_text()
    assert dfsync(root, "show", "plan.json", "--format", "html").out.startswith("<!doctype html>")
    assert dfsync(root, "show", "plan.json", "--format", "markdown").out.startswith("<!-- dfsync:plan")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "plan.json").write_bytes((root / "plan.json").read_bytes())
    assert "site-123" in dfsync(elsewhere, "show", "plan.json").out
    assert dfsync(root, "show", "plan.json", "--only", "site-9").code == 0
    assert dfsync(root, "show", "plan.json", "--only", "nothing").code == 1


def test_what_is_no_plan_or_was_altered_is_refused(root: Path) -> None:
    """The digest is checked; other JSON is not taken for a plan."""
    saved(root)
    plan = (root / "plan.json").read_text()
    write(root, {"altered.json": plan.replace("Downtown", "Uptown"), "broken.json": "{", "deep.json": "[" * 5000})
    assert dfsync(root, "show", "altered.json").code == 4
    assert dfsync(root, "show", "live.json").code == 1
    assert dfsync(root, "show", "broken.json").code == 1
    assert "it is not JSON" in dfsync(root, "show", "deep.json").err
    assert dfsync(root, "show").code == 64
    assert dfsync(root, "show", "plan.json", "site-123").code == 64


def test_a_receipt_is_shown(root: Path) -> None:
    """As apply reports it."""
    row = {
        "kind": "site",
        "id": "site-123",
        "action": "update",
        "outcome": "rejected",
        "message": "bad name <b>",
        "source": {"file": "sites/us/a.yaml", "line": 2},
        "field": "name",
        "batch": 1,
        "request_id": "r-1",
        "sent_at": "2026-05-04T09:00:00Z",
    }
    receipt = {
        "format": "dfsync/receipt",
        "format_version": 1,
        "plan_digest": "sha256:" + "0" * 64,
        "error": None,
        "target": {"name": "production", "customer_id": 123, "base_url": "https://api-external.dragonfruit.ai"},
        "started_at": "2026-05-04T09:00:00Z",
        "finished_at": "2026-05-04T09:00:09Z",
        "accepted": [],
        "summary": {"applied": 0, "rejected": 1, "unverified": 0, "not_sent": 0},
        "source": {"commit": None, "dirty": False},
        "interrupted": False,
        "rows": [row],
    }
    write(root, {"receipt.json": json.dumps(receipt)})
    shown = dfsync(root, "show", "receipt.json")
    assert shown.code == 0
    assert "site-123  rejected  name  sites/us/a.yaml:2" in shown.out
    assert json.loads(dfsync(root, "show", "receipt.json", "--format", "json").out) == receipt
    assert "bad name &lt;b&gt;" in dfsync(root, "show", "receipt.json", "--format", "html").out


def test_a_site_is_shown_with_what_files_and_live_say_and_where(root: Path) -> None:
    """The week as bars, each value with its place, what differs with what live has; one screen of 80 columns."""
    shown = dfsync(root, "show", "site-123", "--live", "live.json")
    assert shown.code == 0
    for words in (
        "Downtown Store  (sites/us/a.yaml:2)",
        r"live: Old \x1b[31m name",
        "(default sites/us/**, dfsync.yaml:7)",
        "(profile retail,",
        "09:00–18:59 → 09:00–20:59",
        "America/Los_Angeles  (live; not managed by the files)",
        "2099-12-25 closed, Christmas Day  (sites/us/a.yaml:5)",
        "Mon 2099-11-02 to Wed 2099-11-04 10:00–14:00, Works",
        "(calendar works,",
        "1 contact",
        "▓",
    ):
        assert words in shown.out
    assert "ada@" not in shown.out
    assert len(shown.out.splitlines()) <= 40
    assert max(map(len, shown.out.splitlines())) <= 80


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_a_site_is_the_same_in_every_format(root: Path, format: str) -> None:
    """Fields, both values, what follows, the places and the days that differ; hostile text stays text."""
    name = "Downtown <b>*Store*</b> ::error::"
    write(root, {"live.json": json.dumps([{"Site ID": "site-123", "Site Name": name, "Currency": "EUR"}])})
    shown = dfsync(root, "show", "site-123", "--live", "live.json", "--format", format)
    assert shown.code == 0
    assert commands(shown.out) == []
    assert "<b>*Store*" not in re.sub("`[^`]*`", "", shown.out) or format == "text"
    plain = " ".join(html.unescape(re.sub("<[^>]*>" if format == "html" else "[`*]", "", shown.out)).split())
    as_json = json.loads(dfsync(root, "show", "site-123", "--live", "live.json", "--format", "json").out)
    for field in as_json["sites"][0]["fields"]:
        assert label(field["field"]) in plain
        source = field["source"]
        if source:
            assert f"{source['file']}:{source['line']}" in plain
        for side in ("files", "live"):
            if isinstance(field[side], str) and field[side] != name:
                assert field[side] in plain
    assert "Downtown" in plain


def test_a_site_fits_the_screen(root: Path) -> None:
    """Days of two spans that change, long values and long names are broken between words."""
    hours = "{Mon-Sat: [08:00-11:59, 13:00-17:59, 19:00-22:59], Sun: 18:00-03:59}"
    name = "Kestrel Coffee " * 9
    write(root, {"sites/long.yaml": f"id: long\nname: {name}\noperational_hours: {hours}\n"})
    live = [
        {
            "Site ID": "long",
            "Site Name": name,
            "Operational Hours": [{"days": ["Mon"], "start": "09:00", "end": "17:59"}],
        }
    ]
    write(root, {"live.json": json.dumps(live)})
    shown = dfsync(root, "show", "long", "--live", "live.json")
    assert shown.code == 0
    assert [line for line in shown.out.splitlines() if len(line) > 80] == []
    assert " 13:00–17:59," in shown.out


def test_a_site_as_json(root: Path) -> None:
    """The JSON says the same for programs."""
    document = json.loads(dfsync(root, "show", "site-123", "--live", "live.json", "--format", "json").out)
    (site,) = document["sites"]
    fields = {one["field"]: one for one in site["fields"]}
    assert fields["name"]["live"] == LIVE[0]["Site Name"]
    assert fields["name"]["state"] == "change"
    assert fields["currency"] == {
        "field": "currency",
        "managed": True,
        "files": "USD",
        "live": "USD",
        "state": "same",
        "last_applied": "unknown",
        "source": {"kind": "default", "name": "sites/us/**", "file": "dfsync.yaml", "line": 7},
    }
    assert fields["operational_hours"]["source"]["kind"] == "profile"
    assert fields["timezone"]["managed"] is False
    assert site["contacts"] == ["site-123/a***@example.com"]


def test_a_site_that_live_lacks_is_not_live(root: Path) -> None:
    """Live is known then, and its fields are not called unknown. A default without a name has no gap after it."""
    default = "  - match: sites/**\n    set: {exceptions: [{date: 2099-01-01, closed: true}]}\n"
    write(root, {"dfsync.yaml": CONFIG.replace("limits:", f"{default}limits:")})
    write(root, {"sites/us/b.yaml": "id: site-124\nname: New Store\n", "live.json": "[]"})
    shown = dfsync(root, "show", "site-124", "--live", "live.json", "--format", "json")
    (site,) = json.loads(shown.out)["sites"]
    assert (site["in_live"], {one["state"] for one in site["fields"]}) == (False, {"not live"})
    assert "(default, dfsync.yaml:" in dfsync(root, "show", "site-124", "--live", "live.json").out


def test_sites_that_exist_in_one_place_only_and_nowhere(root: Path) -> None:
    """An unmanaged site is shown, a slip in an id is an error, and without a token live is left out."""
    unmanaged = dfsync(root, "show", "site-9", "--live", "live.json")
    assert unmanaged.code == 0
    assert "in no file: unmanaged" in unmanaged.out
    slip = dfsync(root, "show", "sit-123", "--live", "live.json")
    assert slip.code == 1
    assert "did you mean site-123?" in slip.err
    tokenless = dfsync(root, "show", "site-123")
    assert tokenless.code == 0
    assert "live not read" in tokenless.out
    assert "live is not shown" in tokenless.err


def test_sites_are_listed(root: Path) -> None:
    """Id, name, file, groups and what is managed, for people and programs; formulas stay text."""
    write(root, {"sites/b.yaml": 'id: "=1+1"\nname: "@sum\\e[31m"\n'})
    text = dfsync(root, "list")
    assert "site-123  Downtown Store" in text.out
    assert "sites/us/a.yaml:1" in text.out
    assert "\x1b" not in text.out
    sites = json.loads(dfsync(root, "list", "--format", "json").out)["sites"]
    assert sites[1] == {
        "id": "site-123",
        "name": "Downtown Store",
        "file": "sites/us/a.yaml",
        "line": 1,
        "groups": ["Retail"],
        "managed": ["name", "groups", "currency", "operational_hours"],
        "internal_id": None,
        "exceptions": 2,
    }
    table = dfsync(root, "list", "--format", "csv").out
    assert table.splitlines()[0] == "id,name,file,line,groups,managed"
    assert "'=1+1,'@sum" in table
    assert "site-123" not in dfsync(root, "list", "--exclude", "site-*").out
    assert dfsync(root, "list", "--group", "Nobody").code == 1
