"""Variations of the API's answers, a real terminal, and hostile data in every output."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
import time
from http.server import HTTPServer

import pytest

from tests.contract.stub import REFRESH, TOKEN, Fault, table
from tests.contract.test_apply import SITE, outcomes, sites
from tests.contract.test_hours import entry
from tests.contract.world import World, row
from tests.support.ci_runner import commands
from tests.support.terminal import at_terminal
from tests.support.waiting import PATIENCE_S

EVIL = ("::add-mask::x", "  ::error::x", "x ##[error]y", "##[add-path]/tmp", "a\n::set-env name=x::y", "=cmd|'x'!A0")


@pytest.mark.parametrize(
    "body",
    [
        {"success": True, "data": {"data": {}, "errors": {"sites": [], "site_contacts": []}}},
        {"success": True, "data": {"data": {}, "errors": {"sites": []}}},
        {"success": True, "data": {"data": None, "errors": {"sites": None, "site_contacts": None}}},
        {"success": True, "data": {"errors": {}}},
        {"success": True, "data": {"data": {}, "errors": {"sites": [], "site_contacts": []}}, "message": "imported"},
    ],
)
def test_answers_of_import(world: World, body: object) -> None:
    """Success is what a fresh export shows, not what the import answered."""
    world.site(SITE)
    world.api.faults = [Fault("/sites/import", 200, body=json.dumps(body).encode(), after=True)]
    assert world.apply().code == 0
    assert len(world.api.imports()) == 1


@pytest.mark.parametrize(
    ("error", "named"),
    [
        ({"error_msg": "bad currency", "row": None, "column": "Currency", "value": "EUR"}, True),
        ({"error_msg": "bad currency", "row": "2", "column": "Currency", "value": "EUR"}, True),
        ({"error_msg": "bad currency", "row": 99, "column": "Currency", "value": "EUR"}, True),
        ({"error_msg": "bad currency", "row": 2, "column": "Nonsense", "value": ""}, False),
        ({"error_msg": "bad currency"}, False),
        (
            {"error_msg": "bad currency for Site ID b on row 3: no", "row": 3, "column": "Currency", "value": "EUR"},
            True,
        ),
    ],
)
def test_odd_row_errors(world: World, error: dict[str, object], named: bool) -> None:
    """Every row error is shown, whatever of it the server leaves out; what live shows as right is applied.

    A row that no error names and that live does not show is sent again.
    """
    world.site("id: a\nname: A\ncurrency: USD\n", "a")
    world.site("id: b\nname: B\ncurrency: EUR\n", "b")
    errors = {"success": True, "data": {"data": {}, "errors": {"sites": [error], "site_contacts": []}}}

    def put() -> None:
        world.api.put("a", "A", Currency="USD")

    body = json.dumps(errors).encode()
    world.api.faults = [Fault("/sites/import", 200, body=body, only=lambda asked: put() is None)]
    outcome = world.apply()
    assert outcome.code == (3 if named else 0)
    assert "bad currency" in outcome.all
    assert outcomes(world) == {"a": "applied", "b": "rejected" if named else "applied"}


def test_a_row_error_though_the_row_arrived(world: World) -> None:
    """Success is what a fresh export shows: the error is told all the same."""
    world.site(SITE)
    error = {"error_msg": "a mere warning", "row": 2, "column": "Site Name", "value": "Downtown Store"}
    body = {"success": True, "data": {"data": {}, "errors": {"sites": [error], "site_contacts": []}}}
    world.api.faults = [Fault("/sites/import", 200, body=json.dumps(body).encode(), after=True)]
    outcome = world.apply()
    assert outcome.code == 0
    assert "a mere warning" in outcome.all
    assert world.api.sites["site-123"]["Site Name"] == "Downtown Store"


@pytest.mark.parametrize("cap", [1, 2, 3])
def test_verification_reads_all_pages(world: World, cap: int) -> None:
    """Touched sites are exported again, all pages of them."""
    world.api.page_cap = cap
    sites(world, 7)
    assert world.apply().code == 0
    assert set(outcomes(world).values()) == {"applied"}


def test_a_single_threaded_server(world: World) -> None:
    """A plain http.server that serves one connection at a time is enough."""
    server = HTTPServer(("127.0.0.1", 0), world.api._handler)
    world.api._handler.protocol_version = "HTTP/1.0"
    world.api.page_cap = 2
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    sites(world, 9)
    url = f"http://127.0.0.1:{server.server_port}"
    assert world.apply(DFSYNC_BASE_URL=url).code == 0
    assert world.dfsync("plan", "--detailed-exitcode", DFSYNC_BASE_URL=url).code == 0
    server.shutdown()
    server.server_close()


def test_the_parts_of_the_upload(world: World) -> None:
    """curl -F "sites=@sites.csv": a file part with a file name."""
    world.site(SITE + "contacts: [{email: a@example.com}]\n")
    assert world.apply().code == 0
    bodies = b"".join(asked.body for asked in world.api.imports())
    assert b'name="sites"; filename="' in bodies
    assert b'name="site_contacts"; filename="' in bodies


def test_which_token_is_used(world: World) -> None:
    """ "Use the ID token": of the fresh tokens the IdToken."""
    world.site(SITE)
    data = {"AccessToken": "access-token-xyz", "ExpiresIn": 3600, "IdToken": TOKEN, "TokenType": "Bearer"}
    body = json.dumps({"data": data, "success": True}).encode()
    world.api.faults = [Fault("/get_new_tokens", 200, body=body)]
    world.ok("plan", DFSYNC_TOKEN="", DFSYNC_REFRESH_TOKEN=REFRESH)
    assert world.api.asked[-1].headers["authorization"] == f"Bearer {TOKEN}"


def jwt(**claims: object) -> str:
    """Return an unsigned JWT."""
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*texts, "c2lnbmF0dXJl"])


def test_an_expired_jwt_is_refreshed_before_it_is_sent(world: World) -> None:
    """The expiry is read from the token; `auth status` tells it and never prints the token."""
    world.site(SITE)
    old = jwt(exp=int(time.time()) - 3600)
    world.api.tokens.add(old)
    world.ok("plan", DFSYNC_TOKEN=old, DFSYNC_REFRESH_TOKEN=REFRESH)
    assert len(world.api.requests("/get_new_tokens")) == 1
    assert all(old not in asked.headers.get("authorization", "") for asked in world.api.requests("/export"))
    good = jwt(exp=int(time.time()) + 3600)
    outcome = world.ok("auth", "status", DFSYNC_TOKEN=good)
    assert good not in outcome.all
    assert "expires" in outcome.out


def test_approval_on_a_terminal(world: World) -> None:
    """Without PLAN: plans, shows, asks. Approval declined is 1."""
    world.site(SITE)
    assert at_terminal(world.root, "apply", answers=["n\n"], environment=world.environment).code == 1
    assert world.api.imports() == []
    session = at_terminal(world.root, "apply", answers=["y\n"], environment=world.environment)
    assert session.code == 0
    assert "site-123" in session.shown
    assert len(world.api.imports()) == 1


def test_nothing_to_do_needs_no_approval(world: World) -> None:
    """An apply with nothing to do sends nothing, asks nothing, and is 0."""
    world.api.put("site-123", "Downtown Store")
    world.site(SITE)
    assert world.dfsync("apply").code == 0
    assert world.api.imports() == []


@pytest.mark.parametrize("hours", ["closed on Mondays", "{", [1], {"a": 1}, [{"days": ["Xyz"]}], 7, "[]", "null"])
def test_odd_live_hours(world: World, hours: object) -> None:
    """Hours that nobody can read in live: no crash, and what the files say is planned or the site is told."""
    world.site(SITE + "operational_hours: {Mon: 09:00-10:00}\n")
    live = world.live(row(Operational_Hours=hours))
    outcome = world.dfsync("plan", "--live", live, "--format", "json")
    assert outcome.code == 0
    if outcome.code == 0:
        assert [one["field"] for one in outcome.json["changes"][0]["fields"]] == ["operational_hours"]


@pytest.mark.parametrize("number", [0, 1])
def test_odd_live_values(world: World, number: int) -> None:
    """Unknown columns are ignored; a number where text is due does not crash."""
    extra = {"Created At": "2026", "Nested": {"a": [1]}}
    live = [{**row(), **extra}, {**row(Address_Postal_Code=94105), **extra}][number]
    world.site(SITE + "address: {postal_code: 94105}\n")
    world.write({"live.json": json.dumps([live])})
    assert world.dfsync("plan", "--live", "live.json").code == 0


def test_an_allowed_host(world: World) -> None:
    """A host in DFSYNC_ALLOWED_HOSTS may get the token: what fails then is the network."""
    world.config("api: {retry_s: 1}\n")
    world.site(SITE)
    hosts = "other.invalid, sites.invalid:8443"
    outcome = world.dfsync("plan", DFSYNC_BASE_URL="https://sites.invalid:8443", DFSYNC_ALLOWED_HOSTS=hosts)
    assert outcome.code == 1
    assert "DFSYNC_ALLOWED_HOSTS" not in outcome.err


def test_localhost_is_loopback(world: World) -> None:
    """A token is sent to loopback, by any of its names."""
    world.site(SITE)
    port = world.api.url.rpartition(":")[2]
    world.ok("plan", DFSYNC_BASE_URL=f"http://localhost:{port}/")


@pytest.mark.parametrize("evil", EVIL)
def test_hostile_data_in_every_output(world: World, evil: str) -> None:
    """Nothing from data may form a workflow command, nor drive a terminal, in any command's output."""
    quoted = json.dumps(evil)
    world.api.put("site-123", "Old")
    world.site(
        f"id: site-123\nname: {quoted}\nescalation_path: {quoted}\ntimezone: UTC\n"
        f"operational_hours: {{Mon: 09:00-10:00}}\ncontacts: [{{email: {quoted}, name: {quoted}}}]\n"
        f"exceptions: [{{date: 2099-12-25, closed: true, note: {quoted}}}]\n"
    )
    world.commit()
    runs = [world.dfsync("apply", "--auto-approve", "--receipt", "r.json")]
    world.api.put("site-123", f"{evil} again", Escalation_Path=f"\x1b]0;x\x07{evil}")
    world.api.put(evil.replace(",", ""), evil)
    runs += [
        world.dfsync(*arguments)
        for arguments in (
            ["drift"],
            ["drift", "--format", "json"],
            ["plan"],
            ["plan", "--format", "markdown"],
            ["diff", "HEAD"],
            ["pull", "--dry-run"],
            ["calendar"],
            ["log"],
            ["doctor"],
            ["targets"],
            ["export"],
            ["validate"],
            ["fmt", "--diff"],
            ["pull", "--force"],
            ["diff", "HEAD"],
            ["fmt", "--diff"],
            ["-vv", "plan"],
        )
    ]
    for run in runs:
        assert commands(run.out) == [], run.out
        assert commands(run.err) == [], run.err
        assert "\x1b" not in run.all
        assert "\x07" not in run.all


@pytest.mark.parametrize("evil", EVIL[:5])
def test_hostile_data_in_csv(world: World, evil: str) -> None:
    """… not in CSV either: a report of traffic shows it harmless, an export goes to a file or not at all."""
    world.api.put(evil, evil)
    world.site(f"id: {json.dumps(evil)}\nname: S\ninternal_id: 750\n")
    outcome = world.dfsync("export", "--format", "csv")
    assert (outcome.code, outcome.out) == (1, "")
    world.ok("export", "--format", "csv", "--output", "live.csv")
    assert table((world.root / "live.csv").read_bytes())[1][:2] == [evil, evil]
    row = {"site_name": evil, "time": "2026-02-18 09:00:00", "entrances": 19}
    world.api.traffic = lambda body: {"data": {"InsightResponse": {"data": [row]}}, "success": True}
    for format in ("table", "csv", "json", "jsonl"):
        day = ("--from", "2026-02-18", "--to", "2026-02-18")
        outcome = world.dfsync("traffic", "report", *day, "--format", format)
        assert commands(outcome.out) == []
        assert commands(outcome.err) == []


def test_no_traceback_and_no_token_with_the_loudest_logs(world: World) -> None:
    """No token is ever in logs, receipt, bundle, state or the listing of the cache."""
    world.site(SITE)
    world.api.faults = [Fault("/sites/import", 500), Fault("/sites/export", 401, skip=1)]
    outcome = world.dfsync(
        "-vv", "apply", "--auto-approve", "--receipt", "r.json", "--support-bundle", "b", DFSYNC_REFRESH_TOKEN=REFRESH
    )
    assert outcome.code == 0
    for path in world.root.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert TOKEN.encode() not in data
            assert REFRESH.encode() not in data
            assert b"contract-issued" not in data


def test_only_apply_sends(world: World) -> None:
    """Only `apply` can send anything but GET, token refresh and the traffic report."""
    world.site(SITE + "internal_id: 750\ntimezone: UTC\noperational_hours: {Mon: 09:00-10:00}\n")
    world.api.put("other", "Other")
    world.api.traffic = lambda body: {"data": {"InsightResponse": {"data": []}}, "success": True}
    lines = (
        *(
            "validate",
            "fmt",
            "export",
            "plan",
            "render --out out",
            "drift",
            "pull --dry-run",
            "pull",
            "log",
            "calendar",
        ),
        *(
            "calendar",
            "targets",
            "auth status",
            "auth refresh",
            "doctor",
            "traffic report",
            "traffic hours",
            "traffic map",
        ),
        *("plan --out p.json", "render p.json --out out"),
    )
    for line in lines:
        world.dfsync(*line.split(), DFSYNC_REFRESH_TOKEN=REFRESH)
    sent = {asked.path for asked in world.api.asked if asked.method != "GET"}
    assert sent <= {"/get_new_tokens", "/customer/123/insights/generate_traffic_report"}
    assert sent >= {"/get_new_tokens"}


def test_same_name_and_no_address(world: World) -> None:
    """A renamed id is told by name and address; a common name alone, with other addresses, is none."""
    world.api.put("old", "Starbucks", Address_Street="1 Main St")
    world.site("id: brand-new\nname: Starbucks\naddress: {street: 2 Main St}\n")
    assert world.apply().code == 0


def test_exit_codes_of_a_pipe(world: World) -> None:
    """A reader that goes away is no failure with a traceback."""
    for number in range(300):
        world.api.put(f"s{number}", "x" * 500)
    process = subprocess.Popen(
        [sys.executable, "-m", "dfsync", "export"],
        cwd=world.root,
        env={**os.environ, **world.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait(PATIENCE_S)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_results_are_utf8(world: World, encoding: str) -> None:
    """Text of every script gets out, whatever the terminal's encoding is said to be."""
    world.site("id: a1\nname: Łódź 東京\n")
    outcome = world.process("plan", "--live", world.live(), PYTHONIOENCODING=encoding)
    assert outcome.code == 0
    assert "Łódź 東京" in outcome.out


def test_real_text_survives(world: World) -> None:
    """Real text arrives byte for byte: quotes, commas, line breaks, non-Latin scripts."""
    texts = [
        "O'Brien & Sons",
        'The "Big" One',
        "a, b; c",
        "Zürich\u00a0HB",
        "Москва",
        "مقهى",
        "東京",
        "tab\there",
        "a\nb",
    ]
    for number, text in enumerate(texts):
        world.site(f"id: t{number}x\nname: Store {number}\naddress: {{street: {json.dumps(text)}}}\n", f"t{number}")
    assert world.apply().code == 0
    assert [world.api.sites[f"t{number}x"]["Address Street"] for number in range(len(texts))] == texts
    assert world.dfsync("plan", "--detailed-exitcode").code == 0


def test_hours_with_a_night_survive(world: World) -> None:
    """Hours past midnight arrive as the API writes them, and come back as no change."""
    world.api.rewrite = lambda one: {
        **one,
        "Operational Hours": [
            {**item, "days": [day]} for item in one.get("Operational Hours") or [] for day in reversed(item["days"])
        ],
    }
    world.site(SITE + "operational_hours: {Thu-Sat: 18:00-03:00, Sun: closed}\n")
    assert world.apply().code == 0
    assert entry("Sun", "00:00", "03:00") in world.api.sites["site-123"]["Operational Hours"]
    assert world.dfsync("plan", "--detailed-exitcode").code == 0
