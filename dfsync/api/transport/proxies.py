"""Decides through which proxy a request goes.

Of an https request a proxy sees only CONNECT, and can't read the token. A plain http request, which dfsync sends to
loopback only, would show the token, so it never goes through a proxy. The variables are those that curl and most tools
read. Messages never contain the user name or password of a proxy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit

from dfsync.api.protocol.errors import HostError
from dfsync.api.transport.hosts import is_loopback
from dfsync.model.text import visible

_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_BYPASS = ("no_proxy", "NO_PROXY")
_SCHEMES = ("http", "https")
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy: the variable that names it, its address as it may be shown, and as it is used."""

    variable: str
    shown: str
    url: str = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The password as it is written and as it is meant, and the two with the user name."""
        user, _, password = urlsplit(self.url).netloc.rpartition("@")[0].partition(":")
        return tuple(dict.fromkeys((password, unquote(password)))) if user and password else ()


def proxy_for(url: str, environment: Mapping[str, str]) -> Proxy | None:
    """Return the proxy for an approved URL, None to go straight. Raises HostError for one that can't be used."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    if parts.scheme != "https" or is_loopback(f"[{name}]" if ":" in name else name):
        return None
    variable = next((variable for variable in _VARIABLES if variable in environment), "")
    value = environment.get(variable, "").strip()
    if not value or _is_bypassed(name, parts.port or 443, environment):
        return None
    return _read(variable, value)


def _read(variable: str, value: str) -> Proxy:
    """Take a proxy's address apart. Raises HostError, without any part of the value that may be a password."""
    value = value if "://" in value else f"http://{value}"
    scheme = value.partition("://")[0].lower()
    if scheme.startswith("socks"):
        raise HostError(
            f"{variable} names a {visible(scheme)[:10]} proxy, which dfsync can't use",
            help=f"set {variable} to an http proxy, or NO_PROXY to go straight",
        )
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    rest = parts.path not in ("", "/") or parts.query or parts.fragment or parts.netloc.count("@") > 1
    if scheme not in _SCHEMES or rest or not _HOST.fullmatch(host):
        raise HostError(
            f"{variable} can't be read as the URL of a proxy, http://USER:PASSWORD@HOST:PORT",
            help="in user name and password, percent-encode # as %23, / as %2F, @ as %40, : as %3A and ? as %3F",
        )
    shown = f"{scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"
    return Proxy(variable, shown, value)


def _is_bypassed(host: str, port: int, environment: Mapping[str, str]) -> bool:
    """Whether NO_PROXY names the host, a domain above it, or a network that it is in.

    As curl and Go read it: entries stand between commas or blanks, and may have a port.
    """
    listed = next((environment[name] for name in _BYPASS if name in environment), "")
    return any(_names(entry.lower(), host.lower(), port) for entry in re.split(r"[\s,]+", listed) if entry)


def _names(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    with_port = re.fullmatch(r"(\[[^]]*\]|[^:]*):([0-9]+)", entry)
    if with_port is not None:
        entry = with_port[1]
        if int(with_port[2]) != port:
            return False
    entry = entry.strip("[]")
    try:
        return ip_address(host) in ip_network(entry, strict=False)
    except ValueError:
        domain = entry.removeprefix("*").removeprefix(".").removesuffix(".")
        return domain != "" and (host == domain or host.endswith(f".{domain}"))
