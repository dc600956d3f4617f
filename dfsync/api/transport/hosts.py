"""Decides to which hosts a token may be sent.

The contract: only to `*.dragonfruit.ai` over https, to loopback, and to hosts named in `DFSYNC_ALLOWED_HOSTS` (exact
names, https only). A pull request that edits `base_url` must not be able to collect a token. A URL is parsed by one
narrow pattern and put together again from its parts, so that no two readers can disagree about its host.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from msgspec import Struct

from dfsync.api.protocol.errors import HostError
from dfsync.model.text import shortened

ALLOWED_HOSTS = "DFSYNC_ALLOWED_HOSTS"
_OURS = ".dragonfruit.ai"
_PORTS = {"http": 80, "https": 443}
_HOST = r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
_URL = re.compile(rf"(?P<scheme>[A-Za-z]+)://{_HOST}(?P<path>(?:/[A-Za-z0-9._~-]*)*)")
_ENTRY = re.compile(_HOST)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class UrlOrigin(Struct, frozen=True):
    """Scheme, host and port of a URL. The host is in lower case and without a trailing dot, IPv6 in its short form."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def approved(url: str, environment: Mapping[str, str]) -> str:
    """Return the URL in its canonical form: scheme, host and port, and the path without a final slash.

    Raises HostError if a token may not be sent there.
    """
    match = _URL.fullmatch(url)
    if match is None or match["scheme"].lower() not in _PORTS:
        raise HostError(
            f"{shortened(url)} is not a URL that a token may go to",
            help="write https://HOST/PATH in plain ASCII, without user name, query or fragment",
        )
    scheme = match["scheme"].lower()
    origin = UrlOrigin(scheme, *_host_and_port(match, _PORTS[scheme]))
    if not (is_loopback(origin.host) or _is_trusted(origin, environment)):
        raise HostError(
            f"no token is sent to {origin}: it is neither https://*{_OURS} nor loopback",
            help=_advice(origin),
        )
    return f"{origin}{match['path'].rstrip('/')}"


def is_loopback(host: str) -> bool:
    """Whether the host is this machine: localhost, 127.0.0.0/8 or ::1. Mapped addresses do not count."""
    if host.startswith("["):
        return host == "[::1]"
    try:
        return host == "localhost" or IPv4Address(host).is_loopback
    except AddressValueError:
        return False


def _is_trusted(origin: UrlOrigin, environment: Mapping[str, str]) -> bool:
    if origin.scheme != "https":
        return False
    return origin.host.endswith(_OURS) or (origin.host, origin.port) in _allowed(environment.get(ALLOWED_HOSTS, ""))


def _allowed(text: str) -> set[tuple[str, int]]:
    entries = [entry.strip() for entry in text.split(",")]
    return {_entry(entry) for entry in entries if entry}


def _entry(entry: str) -> tuple[str, int]:
    """Read one entry. A name without a port stands for the port of https only."""
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise HostError(
            f"{ALLOWED_HOSTS} holds {shortened(entry)}, which is not a host name",
            help="write exact host names, separated by commas: api.example.com,api.example.org:8443",
        )
    return _host_and_port(match, _PORTS["https"])


def _host_and_port(match: re.Match[str], default: int) -> tuple[str, int]:
    host, port = match["host"].lower(), int(match["port"] or default)
    if host.startswith("["):
        host = _ipv6(host)
    else:
        host = host.removesuffix(".")
        if not all(_LABEL.fullmatch(label) for label in host.split(".")):
            raise HostError(f"{shortened(host)} is not a host name", help="check base_url and auth_url")
    if not 0 < port < 65536:
        raise HostError(f"{port} is not a port", help="a port is a number from 1 to 65535")
    return host, port


def _ipv6(host: str) -> str:
    try:
        return f"[{IPv6Address(host[1:-1])}]"
    except AddressValueError as error:
        raise HostError(f"{shortened(host)} is not an IPv6 address", help="check base_url and auth_url") from error


def _advice(origin: UrlOrigin) -> str:
    if origin.scheme == "http":
        return "use https; plain http is for loopback alone"
    name = origin.host if origin.port == _PORTS["https"] else f"{origin.host}:{origin.port}"
    return f"if this host is really yours, set {ALLOWED_HOSTS}={name} in the environment, not in the repository"
