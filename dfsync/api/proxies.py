"""Which proxy a request goes through.

A proxy sees an https request only as CONNECT and can't read the token; plain http, which goes to loopback alone, would
show it, and is never sent through one. The variables are those that curl and most tools read.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from dfsync.api.errors import HostError
from dfsync.api.hosts import is_loopback


def proxy_for(url: str, environment: Mapping[str, str]) -> str | None:
    """Return the proxy's URL for an approved URL, None to go straight. Raises HostError for a kind we can't use."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    if parts.scheme != "https" or is_loopback(host):
        return None
    proxy = _first(environment, "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    if not proxy or _bypassed(parts.hostname or "", environment):
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if urlsplit(proxy).scheme not in ("http", "https"):
        raise HostError(
            f"the environment names a {urlsplit(proxy).scheme} proxy, which dfsync can't use",
            help="set HTTPS_PROXY to an http proxy, or NO_PROXY to go straight",
        )
    return proxy


def _bypassed(host: str, environment: Mapping[str, str]) -> bool:
    """Whether NO_PROXY names the host or a domain above it."""
    entries = [entry.strip().lower() for entry in _first(environment, "no_proxy", "NO_PROXY").split(",")]
    domains = [entry.removeprefix("*").removeprefix(".") for entry in entries if entry not in ("", "*")]
    return "*" in entries or any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _first(environment: Mapping[str, str], *names: str) -> str:
    return next((value for name in names if (value := environment.get(name, "").strip())), "")
