"""A proxy from the environment gets https as CONNECT, and never plain http."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from dfsync.api.client import connect
from dfsync.api.protocol.errors import HostError, UnreachableError
from dfsync.api.transport.proxies import proxy_for
from dfsync.model.settings import Target
from dfsync.sandbox.sandbox import Sandbox
from tests.api.clients import ids, settings, target
from tests.support.ports import silent_port

API = "https://api-external.dragonfruit.ai"


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "http://proxy:3128"),
        ({"https_proxy": "proxy:3128"}, "http://proxy:3128"),
        ({"ALL_PROXY": "https://proxy"}, "https://proxy"),
        ({"HTTP_PROXY": "http://proxy:3128"}, None),
        ({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "*"}, None),
        ({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "x.org, .Dragonfruit.AI"}, None),
        ({"HTTPS_PROXY": "http://proxy", "no_proxy": "dragonfruit.ai"}, None),
        ({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "fruit.ai"}, "http://proxy"),
        ({"HTTPS_PROXY": "http://proxy", "https_proxy": ""}, None),
        ({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "dragonfruit.ai:443"}, None),
        ({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "dragonfruit.ai:8443"}, "http://proxy"),
        ({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "x.org *.dragonfruit.ai"}, None),
        ({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "x.org\t.ai."}, None),
    ],
)
def test_the_usual_variables_decide(environment: dict[str, str], proxy: str | None) -> None:
    """As curl reads them."""
    found = proxy_for(API, environment)
    assert (found and found.url) == proxy


@pytest.mark.parametrize(
    ("url", "listed", "straight"),
    [
        ("https://10.1.2.3", "10.0.0.0/8", True),
        ("https://11.1.2.3", "10.0.0.0/8", False),
        ("https://10.1.2.3:8443", "10.1.2.3:8443", True),
        ("https://[fd00::1]", "fd00::/8", True),
        ("https://[fd00::1]:8443", "[fd00::1]:8443", True),
        ("https://[fd00::1]", "10.0.0.0/8", False),
    ],
)
def test_no_proxy_may_name_addresses_and_networks(url: str, listed: str, straight: bool) -> None:
    """With a port and without one, as curl (since 7.86) and Go read them."""
    assert (proxy_for(url, {"HTTPS_PROXY": "http://proxy", "NO_PROXY": listed}) is None) == straight


@pytest.mark.parametrize(
    "value",
    [
        "http://jdoe:S3cret#x@127.0.0.1:8080",
        "http://jdoe:S3cret/x@127.0.0.1:8080",
        "http://jdoe:S3cret?x@127.0.0.1:8080",
        "http://jdoe:S3@cret@127.0.0.1:8080",
        "jdoe:S3cret#x@proxy:8080",
        "http://proxy.example:S3cret",
        "http://jdoe:S3cret@",
        "ftp://jdoe:S3cret@proxy",
        "socks5://jdoe:S3cret@proxy:1080",
        "http://jdoe:S3cret@[::1",
    ],
)
def test_an_address_that_can_not_be_read_is_not_shown(value: str) -> None:
    """It may hold a password, and a part of it is a part of a password."""
    with pytest.raises(HostError, match="HTTPS_PROXY") as caught:
        proxy_for(API, {"HTTPS_PROXY": value})
    assert "S3" not in f"{caught.value.message} {caught.value.help}"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://localhost", "http://[::1]"])
def test_loopback_is_never_proxied(url: str) -> None:
    """Plain http through a proxy would show it the token."""
    everything = {"HTTP_PROXY": "http://proxy", "HTTPS_PROXY": "http://proxy", "ALL_PROXY": "http://proxy"}
    assert proxy_for(url, everything) is None


def test_a_kind_of_proxy_that_does_not_work_is_refused_at_once() -> None:
    """Going straight instead would break the user's own rule."""
    with pytest.raises(HostError, match="socks5"):
        proxy_for(API, {"ALL_PROXY": "socks5://user:secret@proxy"})


class Proxy:
    """A proxy that refuses, and remembers what it was told."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.heard = b""
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                self.heard += connection.recv(65536)
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    proxy = Proxy()
    yield proxy
    proxy.close()


def test_a_proxy_sees_a_host_and_no_token(proxy: Proxy) -> None:
    """Real bytes on a real socket: CONNECT with the host's name, and nothing of the request."""
    environment = {"HTTPS_PROXY": proxy.url, "DFSYNC_TOKEN": "token-that-nobody-sees"}
    with (
        connect(Target("production", 123), settings(), environment) as client,
        pytest.raises(UnreachableError) as error,
    ):
        client.export(lambda site: site.id)
    assert f"the proxy {proxy.url} of HTTPS_PROXY" in error.value.message
    assert proxy.heard.startswith(b"CONNECT api-external.dragonfruit.ai:443 ")
    assert b"token-that-nobody-sees" not in proxy.heard
    assert b"Authorization" not in proxy.heard


def test_loopback_goes_straight_whatever_the_environment_says(
    box: Sandbox, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the variables stand in the process's own environment, where httpx itself would look."""
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    environment = {**box.environment(), "HTTP_PROXY": proxy.url, "ALL_PROXY": proxy.url}
    with connect(target(box), settings(), environment) as client:
        assert client.export(lambda site: site.id) == ids()
    assert proxy.heard == b""


@pytest.mark.parametrize("written", ["S3cret-word", "S3cret%2Fw%40rd"])
def test_a_proxy_s_password_shows_nowhere(proxy: Proxy, written: str) -> None:
    """Neither as it is written nor as it is meant, in errors and in what is watched."""
    url = proxy.url.replace("http://", f"http://jdoe:{written}@")
    heard: list[object] = []
    environment = {"HTTPS_PROXY": url, "DFSYNC_TOKEN": "x"}
    with (
        connect(Target("production", 123), settings(), environment, watch=heard.append) as client,
        pytest.raises(UnreachableError) as caught,
    ):
        client.export(lambda site: site.id)
    told = f"{caught.value.message} {caught.value.help} {heard}"
    assert written not in told
    assert unquote(written) not in told
    assert b"Proxy-Authorization" in proxy.heard


def test_a_proxy_on_this_machine_that_does_not_listen_is_told_at_once() -> None:
    """Waiting changes nothing, and the variable is named."""
    with silent_port() as port:
        url = f"http://127.0.0.1:{port}"
        with (
            connect(Target("production", 123), settings(), {"ALL_PROXY": url, "DFSYNC_TOKEN": "x"}) as client,
            pytest.raises(UnreachableError) as caught,
        ):
            client.export(lambda site: site.id)
    assert caught.value.exchange.attempt == 1
    assert f"through the proxy {url} of ALL_PROXY" in caught.value.message
