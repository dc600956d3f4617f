"""A proxy from the environment gets https as CONNECT, and never plain http."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from dfsync.api.client import connect
from dfsync.api.errors import HostError, UnreachableError
from dfsync.api.proxies import proxy_for
from dfsync.model.settings import Target
from dfsync.sandbox.sandbox import Sandbox
from tests.api.clients import ids, settings, target

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
    ],
)
def test_the_usual_variables_decide(environment: dict[str, str], proxy: str | None) -> None:
    """As curl reads them."""
    assert proxy_for(API, environment) == proxy


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
    assert "proxy" in str(error.value.help)
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
