"""No secret survives, in whatever spelling it comes back."""

from __future__ import annotations

import base64
import json
import string
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.api.redact import REDACTED, Redactor, Secret

SECRET = "s3cret/+value=with?odd&chars"
SECRETS = st.text(string.ascii_letters + string.digits + "-._~+/=", min_size=12, max_size=60)
KEY = "a key that is long enough for HS256 to be content with it"


def redactor(*secrets: str) -> Redactor:
    made = Redactor()
    for secret in secrets:
        made.learn(Secret(secret))
    return made


@pytest.mark.parametrize(
    "spelled",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower(),
        quote_plus(SECRET),
        json.dumps(SECRET)[1:-1],
        SECRET.replace("/", "\\/"),
        SECRET.encode().hex(),
        urlencode({"refreshToken": SECRET}),
    ],
)
def test_a_known_secret_goes_in_every_spelling(spelled: str) -> None:
    """What surrounds it stays."""
    text = redactor(SECRET).text(f"before {spelled} after")
    assert spelled not in text
    assert text.startswith("before ")
    assert text.endswith(" after")


@given(SECRETS, st.binary(max_size=5), st.binary(max_size=5), st.booleans())
def test_a_secret_inside_base64_goes_at_every_alignment(
    secret: str, before: bytes, after: bytes, urlsafe: bool
) -> None:
    """`user:token` in a Basic header, a token within a cookie: no stretch that spells most of the secret remains."""
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    text = redactor(secret).text(encode(before + secret.encode() + after).decode())
    for cut in range(3):
        rest = text.split(REDACTED)[0][cut:]
        decoded = base64.b64decode(rest[: len(rest) // 4 * 4].replace("-", "+").replace("_", "/"))
        assert secret.encode() not in decoded


@given(SECRETS, st.recursive(st.just(None), lambda inner: st.lists(inner, min_size=1, max_size=2), max_leaves=4))
def test_a_secret_goes_from_nested_json(secret: str, shape: object) -> None:
    """Also as a key, under any name, and in JSON within a JSON text."""

    def filled(part: object) -> object:
        if part is None:
            return {"note": secret, secret: 1, "inner": json.dumps({"deep": secret})}
        assert isinstance(part, list)
        return [filled(inner) for inner in part]

    assert secret not in redactor(secret).body(json.dumps(filled(shape)).encode(), 10_000)


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ({"data": {"IdToken": "abc", "TokenType": "Bearer"}, "success": True}, "Bearer"),
        ({"refreshToken": "abc", "message": "expired"}, "expired"),
        ({"tokens": ["abc", {"x": "abc"}], "a": 1}, '"a":1'),
        ({"headers": {"Authorization": "abc", "Set-Cookie": "abc", "X": "y"}}, '"X":"y"'),
        ({"log": json.dumps({"password": "abc", "b": "kept"})}, "kept"),
        ({"echo": "POST refreshToken=abc&x=1"}, "x=1"),
    ],
)
def test_what_stands_under_a_telling_name_goes_unknown(body: object, kept: str) -> None:
    """dfsync does not know this secret beforehand."""
    text = Redactor().body(json.dumps(body).encode(), 10_000)
    assert "abc" not in text
    assert kept in text


def test_anything_that_looks_like_a_jwt_goes() -> None:
    """It is whole, cut off, or stands after Bearer."""
    token = jwt.encode({"sub": "x"}, KEY, algorithm="HS256")
    for text in (token, f"<p>{token}</p>", f"Bearer {token[:30]}", token[:40]):
        redacted = Redactor().text(text)
        assert REDACTED in redacted
        assert token[:20] not in redacted


def test_a_body_that_was_cut_off_within_a_secret_gives_no_part_of_it_away() -> None:
    """Eight characters are a part worth hiding."""
    text = redactor(SECRET).body(b'{"note": "' + SECRET[:15].encode(), 1000)
    assert SECRET[:8] not in text
    broken = b'{"data": {"IdToken": "only-half-of-an-opaque-one'
    assert "only-half" not in Redactor().body(broken, 1000)


@pytest.mark.parametrize("part", [slice(0, -3), slice(0, 25), slice(4, None), slice(0, None)])
@pytest.mark.parametrize("case", [str, str.upper, str.lower])
def test_half_of_a_long_secret_is_a_secret_too(part: slice, case: Callable[[str], str]) -> None:
    """Servers cut tokens off in messages ("invalid token abc…"), and proxies change their case."""
    secret = "abcdEFGH.ijklMNOP~qrst-UVWX+yz0123/456="
    text = redactor(secret).text(f"before {case(secret[part])}… after")
    assert text.startswith("before ")
    assert text.endswith("… after")
    assert case(secret[10:18]) not in text or part.start
    assert case(secret[-12:]) not in text


def test_headers_go_by_name_and_by_content() -> None:
    """A proxy may echo a request's header under any name."""
    headers = redactor(SECRET).headers([("set-cookie", "a=b"), ("x-echo", f"Bearer {SECRET}"), ("date", "today")])
    assert headers == (("set-cookie", REDACTED), ("x-echo", f"Bearer {REDACTED}"), ("date", "today"))


def test_hostile_bodies_end() -> None:
    """Deep nesting and bytes that are no text are cut down, not choked on."""
    assert Redactor().body(b"[" * 100_000, 100)
    assert Redactor().body(b"[" * 900 + b"]" * 900, 2000)
    assert Redactor().body(b"\xff\xfe" * 100, 100)
    assert Redactor().body(b"", 100) == ""


def test_a_secret_shows_itself_to_nobody() -> None:
    """It is not in repr, str, format, or an exception that carries it."""
    secret = Secret(SECRET)
    assert SECRET not in f"{secret} {secret!r} {[secret]} {ValueError(secret)!r}"
    assert secret.reveal() == SECRET
    assert secret == Secret(SECRET)
    assert SECRET not in repr(redactor(SECRET))


@pytest.mark.parametrize("run", ["e", "\\", '"', "token", "token=", "Bearer ", "eyJ", '"token" ', '\\"token'])
def test_no_answer_makes_redaction_slow(run: str) -> None:
    """Time grows with the answer alone: this took hours when repetitions could begin again inside themselves."""
    redactor = Redactor()
    redactor.learn(Secret("a-secret-that-does-not-occur"))
    text = run * (200_000 // len(run))
    redactor.text(text)
    assert len(redactor.body(json.dumps(text).encode(), 100)) <= 200
