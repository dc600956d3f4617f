"""Which tokens the sandbox accepts, and for how long."""

from __future__ import annotations

import httpx
import jwt
import pytest

from dfsync.sandbox import Sandbox, SandboxSettings
from tests.sandbox.http_requests import Asking, asking, client, site


def refreshed(asked: Asking, body: object) -> httpx.Response:
    return httpx.post(f"{asked.sandbox.base_url}/get_new_tokens", json=body, trust_env=False, verify=False)


def status(asked: Asking, authorization: str | None) -> int:
    headers = {} if authorization is None else {"Authorization": authorization}
    url = f"{asked.sandbox.base_url}/customer/{asked.sandbox.customer_id}/sites/export"
    answer = httpx.get(url, headers=headers, trust_env=False, verify=False)
    assert answer.json()["success"] is (answer.status_code == 200)
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
    return answer.status_code


def test_without_a_good_bearer_token_it_is_a_401() -> None:
    """The token is missing, malformed, of another scheme, expired, of another sandbox, or has an altered claim."""
    with asking() as asked, Sandbox() as other:
        good = asked.sandbox.token()
        head, claims, _ = good.split(".")
        unsigned = jwt.encode({"customer_id": 123, "token_use": "id"}, None, algorithm="none")
        wrong = [None, "Bearer", "Bearer x", f"Basic {good}", f"Bearer {head}.{claims}.", f"Bearer {unsigned}"]
        wrong += [f"Bearer {token}" for token in (other.token(), asked.sandbox.token(lifetime_s=-1))]
        assert [status(asked, each) for each in wrong] == [401] * len(wrong)
        assert status(asked, f"bearer {good}") == 200


def test_a_token_of_another_customer_is_a_403() -> None:
    """So is a path of another customer."""
    with asking() as asked:
        assert status(asked, f"Bearer {asked.sandbox.token(customer_id=124)}") == 403
        answer = asked.http.get(f"{asked.sandbox.base_url}/customer/124/sites/export")
        assert answer.status_code == 403


@pytest.mark.parametrize(("kind", "taken"), [("id", [200, 401]), ("access", [401, 200]), ("any", [200, 200])])
def test_which_token_counts_is_a_setting(kind: str, taken: list[int]) -> None:
    """And `token()` gives one that does; a refresh token never does."""
    with asking(token_kind=kind) as asked:
        assert [status(asked, f"Bearer {asked.sandbox.token(each)}") for each in ("id", "access")] == taken
        assert status(asked, f"Bearer {asked.sandbox.token()}") == 200
        assert status(asked, f"Bearer {asked.sandbox.refresh_token}") == 401


@pytest.mark.parametrize("name", ["refreshToken", "refresh_token"])
def test_a_refresh_gives_tokens_as_documented(name: str) -> None:
    """The example and the table name the field differently; both are taken, and the tokens work."""
    with asking(token_lifetime_s=60) as asked:
        answer = refreshed(asked, {name: asked.sandbox.refresh_token}).json()
        assert answer["success"] is True
        assert set(answer["data"]) == {"AccessToken", "ExpiresIn", "IdToken", "TokenType"}
        assert (answer["data"]["ExpiresIn"], answer["data"]["TokenType"]) == (60, "Bearer")
        claims = jwt.decode(answer["data"]["IdToken"], options={"verify_signature": False})
        assert claims["exp"] - claims["iat"] == 60
        assert status(asked, f"Bearer {answer['data']['IdToken']}") == 200


def test_a_refresh_without_a_good_refresh_token_fails() -> None:
    """400 where there is none, 401 where it is not one of ours."""
    with asking() as asked:
        bad = [{}, {"refreshToken": 1}, {"refreshToken": ""}, [], "x"]
        assert [refreshed(asked, body).status_code for body in bad] == [400] * 5
        wrong = [{"refreshToken": "x"}, {"refreshToken": asked.sandbox.token()}]
        assert [refreshed(asked, body).status_code for body in wrong] == [401] * 2


def test_revoked_tokens_are_refused_before_they_expire() -> None:
    """A refresh gives new ones that are not."""
    with asking() as asked:
        old = asked.sandbox.token()
        asked.sandbox.revoke_tokens()
        assert status(asked, f"Bearer {old}") == 401
        token = refreshed(asked, {"refreshToken": asked.sandbox.refresh_token}).json()["data"]["IdToken"]
        assert status(asked, f"Bearer {token}") == 200


def test_no_two_tokens_are_the_same() -> None:
    """Not even two tokens of the same second are equal."""
    with Sandbox() as sandbox:
        assert sandbox.token() != sandbox.token()


def test_an_expired_token_can_be_made_by_a_setting() -> None:
    """A life of no time ends before the token arrives."""
    with Sandbox([site("a")], settings=SandboxSettings(token_lifetime_s=0)) as sandbox, client(sandbox) as asked:
        assert asked.http.get("/sites/export").status_code == 401
