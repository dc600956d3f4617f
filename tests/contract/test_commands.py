"""Usage, environment, and the commands that only show: targets, auth, schema, doctor, log, init, demo."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.contract.stub import REFRESH, TOKEN, Fault
from tests.contract.world import CONFIG, World

SCHEMAS = Path(__file__).parents[2] / "schemas"
SITE = "id: a\nname: A\n"
COMMANDS = (
    *("init", "validate", "fmt", "export", "plan", "apply", "render", "drift", "diff", "pull", "log", "calendar"),
    *("targets", "auth", "traffic", "schema", "explain", "doctor", "sandbox", "demo"),
)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(world: World, name: str) -> None:
    """Every command of the table exists and says what it does."""
    assert world.ok(name, "--help").out


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["plan", "--nonsense"],
        ["validate", "--format"],
        ["render"],
        ["diff"],
        ["schema", "nonsense"],
        ["-C", "nowhere", "validate"],
        ["--color", "sometimes", "validate"],
        ["--log-format", "xml", "validate"],
        ["export", "--format", "xml"],
        ["auth", "nonsense"],
        ["plan", "--format", "pdf"],
        ["apply", "--accept"],
        ["drift", "--format", "html"],
        ["traffic", "nonsense"],
    ],
)
def test_wrong_usage(world: World, arguments: list[str]) -> None:
    """64: wrong usage (not click's 2, which a script would take for differences)."""
    world.site(SITE)
    outcome = world.dfsync(*arguments)
    assert outcome.code == 64
    assert outcome.out == ""
    assert outcome.err


@pytest.mark.parametrize("accept", ["updates", "updates=many", "nonsense=3", "updates=-1", "=", "create="])
def test_wrong_words_to_accept(world: World, accept: str) -> None:
    """`--accept WHAT=N` of another form is wrong usage, and nothing is sent."""
    world.site(SITE)
    assert world.apply("--accept", accept).code == 64
    assert world.api.imports() == []


def test_a_process_is_the_same(world: World) -> None:
    """As a process, too, results go to stdout and everything else to stderr."""
    world.site(SITE)
    assert world.process("nonsense").code == 64
    assert world.process().code == 64
    plan = world.process("plan", "--format", "json")
    assert json.loads(plan.out)["format"] == "dfsync/plan"
    assert world.process("plan", "--detailed-exitcode", DFSYNC_TOKEN="").code == 1
    assert world.process("-v", "plan", "--detailed-exitcode").code == 2


def test_as_if_started_in_the_folder(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-C DIR`: every path of the command line is meant from there, what is read and what is written."""
    world.site(SITE)
    world.live()
    monkeypatch.chdir(world.root.parent)
    for arguments in (
        ["validate", "sites/site.yaml", "--output", "out/a"],
        ["plan", "--live", "live.json", "--out", "out/plan.json", "--report", "html=out/b"],
        ["render", "out/plan.json", "--out", "out/rendered"],
        ["export", "--output", "out/c"],
        ["apply", "out/plan.json", "--receipt", "out/d"],
    ):
        assert world.dfsync(*arguments).code == 0, arguments
    assert {path.name for path in (world.root / "out").iterdir()} == {"a", "b", "c", "d", "plan.json", "rendered"}
    assert not (world.root.parent / "out").exists()
    assert Path.cwd() == world.root.parent


def test_targets(world: World) -> None:
    """`targets` lists the targets, with `--format json` as a matrix for CI."""
    world.write({"dfsync.yaml": CONFIG + "  staging: {customer_id: 456, token_env: STAGING_TOKEN}\n"})
    out = world.ok("targets").out
    assert "production" in out
    assert "staging" in out
    entries = world.ok("targets", "--format", "json").json["include"]
    assert [entry["target"] for entry in entries] == ["production", "staging"]
    assert [entry["customer_id"] for entry in entries] == [123, 456]
    assert world.api.asked == []


@pytest.mark.parametrize("name", ["site", "contact", "config", "plan", "receipt"])
def test_schemas(world: World, name: str) -> None:
    """`schema [site|contact|config|plan|receipt]` prints the JSON Schema."""
    schema = world.ok("schema", name).json
    jsonschema.validators.validator_for(schema).check_schema(schema)
    assert schema == json.loads((SCHEMAS / f"{name}.schema.json").read_text())


def test_schema_alone(world: World) -> None:
    """The name of the schema may be left out."""
    assert world.ok("schema").out


def test_auth_status(world: World) -> None:
    """`auth status`: what the token is for and when it expires; never prints it."""
    assert "production" in world.ok("auth", "status").out


def test_auth_refresh(world: World) -> None:
    """`auth refresh` asks /get_new_tokens with the body of the documents, and never prints a token."""
    outcome = world.ok("auth", "refresh", DFSYNC_REFRESH_TOKEN=REFRESH)
    (asked,) = world.api.requests("/get_new_tokens")
    assert json.loads(asked.body) == {"refreshToken": REFRESH}
    assert asked.headers["content-type"].startswith("application/json")
    assert "contract-issued" not in outcome.all


def test_auth_refresh_without_a_token(world: World) -> None:
    """Without a refresh token there is nothing to refresh: 1."""
    assert world.dfsync("auth", "refresh").code == 1


def test_a_refresh_token_alone_is_enough(world: World) -> None:
    """A refresh token alone is enough."""
    world.site(SITE)
    world.ok("plan", DFSYNC_TOKEN="", DFSYNC_REFRESH_TOKEN=REFRESH)
    assert len(world.api.requests("/get_new_tokens")) == 1
    world.ok("plan", DFSYNC_TOKEN="", DFSYNC_REFRESH_TOKEN=REFRESH)
    assert len(world.api.requests("/get_new_tokens")) == 1, "the token is cached"


def test_a_token_cache_only_the_user_can_read(world: World, cache_home: Path) -> None:
    """Tokens come from the environment or a cache that only the user can read; none inside the repository."""
    world.site(SITE)
    world.ok("plan", DFSYNC_TOKEN="", DFSYNC_REFRESH_TOKEN=REFRESH)
    holding = [path for path in cache_home.rglob("*") if path.is_file() and b"contract-issued" in path.read_bytes()]
    assert len(holding) == 1
    assert holding[0].stat().st_mode & 0o077 == 0
    assert all(REFRESH.encode() not in path.read_bytes() for path in cache_home.rglob("*") if path.is_file())
    for path in world.root.rglob("*"):
        assert path.is_dir() or b"contract-issued" not in path.read_bytes()


def test_no_cache_inside_the_repository(world: World) -> None:
    """No token is ever kept inside the repository, even where the cache is told to be there."""
    world.site(SITE)
    cache = str(world.root / ".dfsync" / "cache")
    world.dfsync("plan", DFSYNC_TOKEN="", DFSYNC_REFRESH_TOKEN=REFRESH, XDG_CACHE_HOME=cache)
    for path in world.root.rglob("*"):
        assert path.is_dir() or b"contract-issued" not in path.read_bytes()


def test_no_token(world: World) -> None:
    """No token at all is an error that names the variables."""
    world.site(SITE)
    outcome = world.dfsync("plan", DFSYNC_TOKEN="")
    assert outcome.code == 1
    assert "DFSYNC_TOKEN" in outcome.err
    assert world.api.asked == []


def test_the_names_a_target_gives(world: World) -> None:
    """`DFSYNC_TOKEN`, `DFSYNC_REFRESH_TOKEN` (or the names a target gives)."""
    world.write(
        {
            "dfsync.yaml": CONFIG
            + "  staging: {customer_id: 123, token_env: STAGING_TOKEN, refresh_token_env: STAGING_REFRESH}\n"
        }
    )
    world.site(SITE)
    assert world.dfsync("--target", "staging", "plan").code == 1
    assert world.dfsync("--target", "staging", "plan", STAGING_TOKEN=TOKEN).code == 0
    assert world.dfsync("--target", "staging", "plan", STAGING_REFRESH=REFRESH).code == 0


def test_choosing_a_target(world: World) -> None:
    """`--target` and `DFSYNC_TARGET`; an unknown one is 1; `DFSYNC_BASE_URL` with several needs one named."""
    world.write({"dfsync.yaml": CONFIG + "  staging: {customer_id: 456}\n"})
    world.site(SITE)
    assert world.dfsync("plan").code == 1
    assert world.api.asked == []
    assert world.dfsync("--target", "nowhere", "plan").code == 1
    assert world.ok("--target", "production", "plan", "--format", "json").json["target"]["customer_id"] == 123
    world.api.customer = 456
    plan = world.ok("plan", "--format", "json", DFSYNC_TARGET="staging").json
    assert plan["target"] == {"name": "staging", "customer_id": 456, "base_url": plan["target"]["base_url"]}
    assert plan["target"]["base_url"].rstrip("/") == world.api.url


def test_the_only_target_needs_no_name(world: World) -> None:
    """default_target may be left out where there is one target."""
    world.write({"dfsync.yaml": "version: 1\ntargets: {only: {customer_id: 123}}\n", "sites/a.yaml": SITE})
    assert world.dfsync("plan").code == 0


def test_base_url_of_the_configuration(world: World) -> None:
    """base_url and auth_url of a target are used; loopback may get a token."""
    world.write(
        {
            "dfsync.yaml": "version: 1\ntargets:\n  production: "
            f'{{customer_id: 123, base_url: "{world.api.url}/", auth_url: "{world.api.url}"}}\n',
            "sites/a.yaml": SITE,
        }
    )
    world.ok("plan", DFSYNC_BASE_URL="", DFSYNC_AUTH_URL="")
    world.ok("plan", DFSYNC_BASE_URL="", DFSYNC_AUTH_URL="", DFSYNC_TOKEN="", DFSYNC_REFRESH_TOKEN=REFRESH)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://api-external.dragonfruit.ai",
        "https://dragonfruit.ai.example.com",
        "https://evil-dragonfruit.ai",
        "https://api.dragonfruit.ai@example.com",
        "https://dragonfruit.ai.",
        "https://127.0.0.1.example.com",
        "ftp://api.dragonfruit.ai",
        "http://192.0.2.1",
        "https://[2001:db8::1]",
    ],
)
def test_where_a_token_is_not_sent(world: World, url: str) -> None:
    """A token is sent only to *.dragonfruit.ai over https, to loopback, and to hosts that are named."""
    world.write({"dfsync.yaml": f'version: 1\ntargets:\n  production: {{customer_id: 123, base_url: "{url}"}}\n'})
    world.site(SITE)
    outcome = world.dfsync("plan", DFSYNC_BASE_URL="")
    assert outcome.code == 1
    if url.startswith("https://e"):
        assert "DFSYNC_ALLOWED_HOSTS" in outcome.err


def test_allowed_hosts_are_https_only(world: World) -> None:
    """`DFSYNC_ALLOWED_HOSTS`: exact host names, optionally with a port, https only."""
    world.site(SITE)
    for url, hosts in (
        ("http://sites.example.com", "sites.example.com"),
        ("https://a.sites.example.com", "sites.example.com"),
        ("https://sites.example.com:8443", "sites.example.com:9443"),
    ):
        outcome = world.dfsync("plan", DFSYNC_BASE_URL=url, DFSYNC_ALLOWED_HOSTS=hosts)
        assert outcome.code == 1
        assert "token" in outcome.err


def test_redirects_are_not_followed(world: World) -> None:
    """Redirects are not followed."""
    world.site(SITE)
    for status in (301, 302, 303, 307, 308):
        world.api.faults = [Fault("/sites/export", status, {"Location": f"{world.api.url}/elsewhere"}, times=9)]
        assert world.dfsync("plan").code == 1
    assert world.api.requests("/elsewhere") == []


def test_an_expired_token_is_refreshed_once(world: World) -> None:
    """A 401 refreshes the token once."""
    world.site(SITE)
    world.api.tokens.clear()
    world.ok("plan", DFSYNC_REFRESH_TOKEN=REFRESH)
    assert len(world.api.requests("/get_new_tokens")) == 1
    world.api.faults = [Fault("/sites/export", 401, times=99)]
    assert world.dfsync("plan", DFSYNC_REFRESH_TOKEN=REFRESH, XDG_CACHE_HOME=str(world.root.parent / "c")).code == 1
    assert len(world.api.requests("/get_new_tokens")) <= 3


def test_a_refused_token_is_an_error(world: World) -> None:
    """A 401 without a refresh token is 1, and asked once."""
    world.site(SITE)
    world.api.tokens.clear()
    assert world.dfsync("plan").code == 1
    assert len(world.api.asked) == 1


def test_doctor(world: World) -> None:
    """`doctor`: configuration, token, clock, export and templates, one line each, with what to do."""
    world.site(SITE)
    out = world.ok("doctor").out.lower()
    for word in ("configuration", "token", "clock", "export", "template"):
        assert word in out
    assert world.dfsync("doctor", DFSYNC_TOKEN="").code == 1
    assert world.api.imports() == []


def test_log(world: World) -> None:
    """`log`: what was applied when, from state."""
    world.site(SITE)
    assert world.dfsync("log").code == 0
    assert world.apply().code == 0
    assert "1" in world.ok("log").out


@pytest.mark.parametrize("command", [["validate"], ["plan", "--live", "live.json"], ["schema"], ["diff", "HEAD"]])
def test_no_request_is_made(world: World, command: list[str]) -> None:
    """validate, plan --live, schema and diff need no API."""
    world.site(SITE)
    world.live()
    world.commit()
    world.ok(*command, DFSYNC_TOKEN="", DFSYNC_BASE_URL="")
    assert world.api.asked == []


def test_color(world: World) -> None:
    """`--color auto|always|never` and `NO_COLOR` decide."""
    world.site("id: a\nname: A\ncurrency: XQZ\n")
    assert "\x1b[" not in world.dfsync("validate").out
    assert "\x1b[" in world.dfsync("--color", "always", "validate").out
    assert "\x1b[" not in world.dfsync("--color", "never", "validate").out
    assert "\x1b[" not in world.dfsync("validate", NO_COLOR="1", GITHUB_ACTIONS="1").out


def test_logs(world: World) -> None:
    """`-v` and `--log-format json` log to stderr, a JSON object a line."""
    world.site(SITE)
    outcome = world.ok("-v", "--log-format", "json", "plan", "--format", "json")
    assert outcome.json["format"] == "dfsync/plan"
    lines = [json.loads(line) for line in outcome.err.splitlines() if line]
    assert any("/sites/export" in json.dumps(line) for line in lines)
    assert "/sites/export" in world.ok("-v", "plan").err
    assert world.ok("-q", "plan").err == ""


def test_init(world: World) -> None:
    """`init` writes a working starter repository: configuration with limits, one site, hooks, CI workflow."""
    folder = world.root.parent / "fresh"
    folder.mkdir()
    outcome = world.process("-C", str(folder), "init")
    assert outcome.code == 0
    assert world.process("-C", str(folder), "validate").code == 0
    text = (folder / "dfsync.yaml").read_text()
    assert "limits:" in text
    assert list(folder.glob("sites/**/*.yaml"))
    assert (folder / ".pre-commit-config.yaml").is_file()
    assert list(folder.glob(".github/workflows/*.y*ml"))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    world.process("-C", str(folder), "init")
    assert {path: path.read_bytes() for path in before} == before


def test_state_is_ignored_by_git(world: World) -> None:
    """.dfsync/: dfsync writes a .gitignore into it."""
    world.site(SITE)
    assert world.apply().code == 0
    world.commit()
    assert (world.root / ".dfsync/.gitignore").is_file()
    assert ".dfsync/" not in world.git("ls-files")
