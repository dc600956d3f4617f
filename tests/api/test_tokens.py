"""The right token is sent at the right time, with as few refreshes as possible."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest

from dfsync.api.client import connect
from dfsync.api.protocol.errors import StatusError, TokenError
from dfsync.api.protocol.events import Event, Refreshed
from dfsync.api.redact import Secret
from dfsync.api.tokens.environment import EnvironmentTokens, environment_tokens
from dfsync.api.tokens.refresh import Tokens
from dfsync.api.tokens.token import Token, expires_at, refreshed
from dfsync.model.settings import Target
from dfsync.sandbox.faults import Fault
from dfsync.sandbox.sandbox import Sandbox
from dfsync.sandbox.settings import SandboxSettings
from tests.api.clients import ids, open_client, row, settings, target

TARGET = Target("production", 123)
KEY = "a key that is long enough for HS256 to be content with it"


def made(expiry: float | str | None, **claims: Any) -> str:
    return jwt.encode({**claims, **({} if expiry is None else {"exp": expiry})}, KEY, algorithm="HS256")


class World:
    """Has a clock, and a server that issues numbered tokens which live for an hour."""

    def __init__(self, *, token: Token | None = None, lifetime_s: float = 3600, refreshable: bool = True) -> None:
        self.now = 1_000_000.0
        self.refreshes = 0
        self.lifetime_s = lifetime_s
        self.bearers: list[Secret | None] = []
        refresh = Secret("refresh-token") if refreshable else None
        self.tokens = Tokens(EnvironmentTokens(token, refresh), None, self.exchange, lambda: self.now)

    def exchange(self, refresh: Secret, bearer: Secret | None) -> Token:
        assert refresh == Secret("refresh-token")
        self.refreshes += 1
        self.bearers.append(bearer)
        data = {"IdToken": f"opaque-{self.refreshes}", "ExpiresIn": self.lifetime_s}
        return refreshed(data, TARGET, self.now)


def test_a_refresh_token_alone_is_enough() -> None:
    """The first token is fetched when it is needed, once."""
    world = World()
    assert world.tokens.current() is world.tokens.current()
    assert world.refreshes == 1
    assert world.bearers == [None]


def test_three_hours_of_hourly_tokens_cost_three_refreshes() -> None:
    """A token is replaced a minute before it expires, never at a 401."""
    world = World()
    for _ in range(3 * 360):
        token = world.tokens.current()
        assert token.until is not None
        assert world.now < token.until
        world.tokens.accepted(token)
        world.now += 10
    assert world.refreshes == 4


def test_a_token_that_lives_for_seconds_is_used_for_half_its_life() -> None:
    """No lifetime is so short that every request refreshes."""
    world = World(lifetime_s=20)
    world.tokens.current()
    world.now += 9
    world.tokens.current()
    assert world.refreshes == 1


def test_the_token_of_the_environment_is_used_until_it_expires() -> None:
    """It is also sent with the refresh, as in the documents' example."""
    world = World(token=Token(Secret("own"), 1_000_100.0, "environment"))
    assert world.tokens.current().secret == Secret("own")
    world.now += 100
    assert world.tokens.current().secret == Secret("opaque-1")
    assert world.bearers == [Secret("own")]


def test_an_expired_token_without_a_refresh_token_is_for_the_server_to_refuse() -> None:
    """This machine's clock may be the one that is wrong."""
    world = World(token=Token(Secret("own"), 1.0, "environment"), refreshable=False)
    token = world.tokens.current()
    assert token.secret == Secret("own")
    assert world.tokens.renewed(token) is None


def test_a_401_refreshes_once_per_expiry() -> None:
    """A token that is refused before it was ever accepted is not refreshed again; one that worked is."""
    world = World(token=Token(Secret("own"), None, "environment"))
    own = world.tokens.current()
    first = world.tokens.renewed(own)
    assert first is not None
    assert world.tokens.renewed(first) is None
    assert world.refreshes == 1
    world.tokens.accepted(first)
    second = world.tokens.renewed(first)
    assert second is not None
    assert world.refreshes == 2


def test_threads_that_are_refused_together_refresh_once() -> None:
    """The second finds that the token has changed."""
    world = World(token=Token(Secret("own"), None, "environment"))
    own = world.tokens.current()
    assert world.tokens.renewed(own) is world.tokens.renewed(own)
    assert world.refreshes == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "IdToken"),
        ({"AccessToken": "x" * 20}, "IdToken"),
        ({"IdToken": ""}, "IdToken"),
        ({"IdToken": "two words"}, "IdToken"),
        ({"IdToken": "line\r\nX-Injected: 1"}, "IdToken"),
        ({"IdToken": ["x"]}, "IdToken"),
    ],
)
def test_a_refresh_without_a_usable_token_says_so(data: dict[str, Any], says: str) -> None:
    """Also when what came could break a header."""
    with pytest.raises(ValueError, match=says):
        refreshed(data, TARGET, 0)


def test_the_kind_of_token_is_the_targets() -> None:
    """The ID token by default, as the documents say."""
    data = {"IdToken": "the-id", "AccessToken": "the-access", "ExpiresIn": 60}
    assert refreshed(data, TARGET, 0).secret == Secret("the-id")
    assert refreshed(data, Target("x", 1, token_kind="access"), 0).secret == Secret("the-access")


@pytest.mark.parametrize("lifetime", [None, 0, -5, True, "3600", 1e12, float("nan")])
def test_an_odd_lifetime_leaves_the_jwt_to_say(lifetime: object) -> None:
    """And a JWT that has expired by this clock is used until it is refused, not refreshed for ever."""
    fresh = made(5000)
    assert refreshed({"IdToken": fresh, "ExpiresIn": lifetime}, TARGET, 1000).until == 4940
    assert refreshed({"IdToken": fresh, "ExpiresIn": lifetime}, TARGET, 9000).until is None
    assert refreshed({"IdToken": "opaque", "ExpiresIn": lifetime}, TARGET, 0).until is None


@pytest.mark.parametrize("text", ["opaque", "a.b.c", "eyJ.eyJ.", made(None), made(1e300), "x" * 9000])
def test_a_token_that_does_not_say_when_it_expires_is_used(text: str) -> None:
    """Nothing a token says of itself can stop the command."""
    assert expires_at(Secret(text)) is None


def test_the_variables_are_the_targets_own() -> None:
    """And a missing one is named."""
    own = Target("staging", 1, token_env="STAGING", refresh_token_env="STAGING_REFRESH")
    assert environment_tokens(own, {"STAGING": " token\n"}).token is not None
    assert environment_tokens(own, {"STAGING_REFRESH": "x"}).refresh == Secret("x")
    with pytest.raises(TokenError, match=r"staging.*STAGING nor STAGING_REFRESH") as caught:
        environment_tokens(own, {"DFSYNC_TOKEN": "x", "STAGING": " "})
    assert "environment" in str(caught.value.help)


@pytest.mark.parametrize("text", ["Bearer abc", '"abc"', "a\nb", "a\r\nX: y", "tökén", "a\0b", "x" * 20_000])
def test_what_can_not_be_a_token_is_refused_before_it_is_sent(text: str) -> None:
    """It is not shown either."""
    with pytest.raises(TokenError) as caught:
        environment_tokens(TARGET, {"DFSYNC_TOKEN": text})
    assert text not in str(caught.value)


def refreshes(box: Sandbox) -> int:
    return sum(request.path == "/get_new_tokens" for request in box.requests)


def test_a_revoked_token_is_refreshed_in_the_middle_of_an_export(box: Sandbox) -> None:
    """All threads that are refused share one refresh."""
    events: list[Event] = []
    with open_client(box, watch=events.append) as client:
        client.export(lambda site: site.id)
        assert refreshes(box) == 0
        box.revoke_tokens()
        assert client.export(lambda site: site.id) == ids()
        assert refreshes(box) == 1
        assert sum(isinstance(event, Refreshed) for event in events) == 1


def test_a_token_about_to_expire_is_refreshed_before_it_is_sent(box: Sandbox) -> None:
    """No 401 is provoked."""
    environment = {**box.environment(), "DFSYNC_TOKEN": box.token(lifetime_s=30)}
    with connect(target(box), settings(), environment) as client:
        assert client.export(lambda site: site.id) == ids()
    assert [request.status for request in box.requests] == [200] * 4
    assert box.requests[0].path == "/get_new_tokens"


def test_without_a_refresh_token_a_401_is_final_and_explained(box: Sandbox) -> None:
    """There is one request, and the error says what helps."""
    environment = {"DFSYNC_TOKEN": box.token(lifetime_s=-3600)}
    with connect(target(box), settings(), environment) as client, pytest.raises(StatusError) as caught:
        client.export(lambda site: site.id)
    assert caught.value.status == 401
    assert "DFSYNC_TOKEN expired" in str(caught.value.help)
    assert len(box.requests) == 1


def test_the_other_kind_of_token_ends_in_a_clear_error_after_one_refresh(box: Sandbox) -> None:
    """The API refuses even what it just issued."""
    environment = {"DFSYNC_REFRESH_TOKEN": box.refresh_token}
    wrong = target(box, token_kind="access")
    with connect(wrong, settings(), environment) as client, pytest.raises(StatusError) as caught:
        client.export(lambda site: site.id)
    assert "token_kind" in str(caught.value.help)
    assert refreshes(box) == 1


def test_access_tokens_work_where_the_api_takes_them() -> None:
    """A setting of the target says so."""
    with Sandbox([row(0)], settings=SandboxSettings(token_kind="access")) as box:
        environment = {"DFSYNC_REFRESH_TOKEN": box.refresh_token}
        with connect(target(box, token_kind="access"), settings(), environment) as client:
            assert client.export(lambda site: site.id) == ids(1)


def test_a_refused_refresh_token_is_a_token_error(box: Sandbox) -> None:
    """It names the variable and not its value."""
    environment = {"DFSYNC_REFRESH_TOKEN": "not-the-refresh-token"}
    with connect(target(box), settings(), environment) as client, pytest.raises(TokenError) as caught:
        client.export(lambda site: site.id)
    assert "DFSYNC_REFRESH_TOKEN was refused" in caught.value.message
    assert "not-the-refresh-token" not in str(caught.value)
    assert len(box.requests) == 1


def test_a_refresh_is_tried_again_like_any_request(box: Sandbox) -> None:
    """It can be repeated without harm."""
    box.faults.add(Fault("drop", path="/get_new_tokens"), Fault("status", path="/get_new_tokens", status=502))
    with connect(target(box), settings(), {"DFSYNC_REFRESH_TOKEN": box.refresh_token}) as client:
        before = time.time()
        until = client.refresh_token()
    assert until is not None
    assert 3500 < until.timestamp() - before < 3600


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "CI_JOB_TOKEN", "npm_token"])
@pytest.mark.parametrize("which", ["token_env", "refresh_token_env"])
def test_secrets_of_others_are_not_for_the_api(name: str, which: str) -> None:
    """A pull request that names another secret as the target's token gets it sent nowhere, and does not see it."""
    variables = {name: "the-secret-of-another", "DFSYNC_TOKEN": "own", "DFSYNC_REFRESH_TOKEN": "own"}
    named = (
        Target("production", 123, token_env=name) if which == "token_env" else Target("p", 1, refresh_token_env=name)
    )
    with pytest.raises(TokenError, match=name) as caught:
        environment_tokens(named, variables)
    assert "the-secret" not in caught.value.message
