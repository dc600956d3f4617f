"""A token goes to Dragonfruit over https, to loopback, to hosts that the environment names, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.api.protocol.errors import HostError
from dfsync.api.transport.hosts import approved

NOTHING: dict[str, str] = {}


@pytest.mark.parametrize(
    ("url", "used"),
    [
        ("https://api-external.dragonfruit.ai", "https://api-external.dragonfruit.ai"),
        ("https://api-external.dragonfruit.ai/", "https://api-external.dragonfruit.ai"),
        ("HTTPS://API-External.Dragonfruit.AI/v1/", "https://api-external.dragonfruit.ai/v1"),
        ("https://api-external.dragonfruit.ai.", "https://api-external.dragonfruit.ai"),
        ("https://api-external.dragonfruit.ai:443", "https://api-external.dragonfruit.ai"),
        ("https://a.b.dragonfruit.ai:8443", "https://a.b.dragonfruit.ai:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://localhost:80/x", "http://localhost/x"),
        ("https://localhost", "https://localhost"),
        ("http://LOCALHOST.", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
    ],
)
def test_dragonfruit_and_loopback_are_approved_in_one_spelling(url: str, used: str) -> None:
    """What is approved is also what is used, so that no second reader can see another host."""
    assert approved(url, NOTHING) == used


@pytest.mark.parametrize(
    "url",
    [
        "http://api-external.dragonfruit.ai",
        "https://dragonfruit.ai",
        "https://evildragonfruit.ai",
        "https://api-external.dragonfruit.ai.evil.com",
        "https://api-external-dragonfruit.ai",
        "https://dragonfruit.ai.evil.com/api-external.dragonfruit.ai",
        "https://api-external.dragonfruit.ai@evil.com",
        "https://user:pass@api-external.dragonfruit.ai",
        "https://evil.com#@api-external.dragonfruit.ai",
        "https://evil.com?.dragonfruit.ai",
        "https://evil.com\\@api-external.dragonfruit.ai",
        "https://evil.com\\.dragonfruit.ai",
        "https://evil.com/.dragonfruit.ai",
        "https://evil.com%2f.dragonfruit.ai",
        "https://evil.com\t.dragonfruit.ai",
        "https://evil.com\n.dragonfruit.ai",
        "https://evil.com .dragonfruit.ai",
        "https:/evil.com",
        "https:///api-external.dragonfruit.ai",
        "//api-external.dragonfruit.ai",
        "api-external.dragonfruit.ai",
        "ftp://api-external.dragonfruit.ai",
        "javascript:alert(1)",
        "https://.dragonfruit.ai",
        "https://-.dragonfruit.ai",
        "https://a..dragonfruit.ai",
        "https://api-external.dragonfruit.ai..",
        "https://api-external.dragonfruit.ai:0",
        "https://api-external.dragonfruit.ai:65536",
        "https://api-external.dragonfruit.ai:99999",
        "https://api-external.dragonfruit.ai:443:80",
        "https://api-external.dragonfruit.ai:",
        "https://api-external.dragonfruit.ai:４４３",
        "https://api-external.drаgonfruit.ai",  # a Cyrillic letter
        "https://api-external.dragonfruıt.ai",  # a dotless i
        "https://api-external。dragonfruit.ai",
        "https://xn--drgonfruit-xyz.ai",
        "http://127.1",
        "http://2130706433",
        "http://0x7f000001",
        "http://0177.0.0.1",
        "http://0.0.0.0",
        "http://127.0.0.1.evil.com",
        "http://localhost.evil.com",
        "http://evil.localhost.com",
        "http://[::ffff:127.0.0.1]",
        "http://[::]",
        "http://[::1%25eth0]",
        "http://[fe80::1]",
        "http://169.254.169.254",
        "http://127.0.0.1@evil.com",
        "http://127.0.0.1:80@evil.com",
        "",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    """Look-alikes, user names, odd ports and spellings of addresses, IDN, other schemes."""
    with pytest.raises(HostError) as caught:
        approved(url, NOTHING)
    assert caught.value.help


def test_named_hosts_are_exact_and_https_alone() -> None:
    """An entry is one host, without a port the port of https; nothing below or beside it, and never plain http."""
    allowed = {"DFSYNC_ALLOWED_HOSTS": " API.example.com., api.example.org:8443,[2001:DB8::1]:444,"}
    assert approved("https://api.example.com/x", allowed) == "https://api.example.com/x"
    assert approved("https://api.example.org:8443", allowed) == "https://api.example.org:8443"
    assert approved("https://[2001:db8:0::1]:444", allowed) == "https://[2001:db8::1]:444"
    for url in (
        "http://api.example.com",
        "https://api.example.com:8443",
        "https://api.example.org",
        "https://x.api.example.com",
        "https://example.com",
        "https://api.example.com.evil.com",
        "https://[2001:db8::1]",
    ):
        with pytest.raises(HostError):
            approved(url, allowed)


@pytest.mark.parametrize("entry", ["*.example.com", "https://api.example.com", "a b", "api.example.com/x", "ex*mple"])
def test_an_entry_that_is_no_host_name_is_said_so(entry: str) -> None:
    """A pattern that would never match is worse than an error."""
    with pytest.raises(HostError, match="DFSYNC_ALLOWED_HOSTS"):
        approved("https://api.example.com", {"DFSYNC_ALLOWED_HOSTS": entry})


def test_the_refusal_names_the_host_and_the_way_out() -> None:
    """The way out is the environment, which a pull request can't edit."""
    with pytest.raises(HostError) as caught:
        approved("https://api.example.com:8443/x", NOTHING)
    assert "https://api.example.com:8443" in caught.value.message
    assert "DFSYNC_ALLOWED_HOSTS=api.example.com:8443" in str(caught.value.help)


@given(st.text(max_size=40), st.text(max_size=20))
def test_no_text_smuggles_in_another_host(before: str, after: str) -> None:
    """An independent parser finds an approved host in every approved URL."""
    from urllib.parse import urlsplit

    try:
        used = approved(f"https://{before}dragonfruit.ai{after}", NOTHING)
    except HostError:
        return
    assert (urlsplit(used).hostname or "").endswith(".dragonfruit.ai")
