"""The trusted certificates: those that SSL_CERT_FILE or SSL_CERT_DIR name, else those that come with httpx."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path

import httpx

from dfsync.errors import ConfigError
from dfsync.model.text import visible

_FILE, _FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"


def trusted(environment: Mapping[str, str]) -> ssl.SSLContext:
    """Load the trusted certificates, which takes 25 ms. Raises ConfigError if what a variable names is none."""
    file, folder = environment.get(_FILE), environment.get(_FOLDER)
    if not (file or folder):
        return httpx.create_ssl_context(trust_env=False)
    name, path = (_FILE, file or "") if file else (_FOLDER, folder or "")
    try:
        if file:
            return ssl.create_default_context(cafile=file)
        if not Path(path).is_dir():
            raise NotADirectoryError(20, "it is no folder")
        return ssl.create_default_context(capath=folder)
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        reason = getattr(error, "strerror", None) if not isinstance(error, ssl.SSLError) else "it holds no certificate"
        raise ConfigError(
            f"{name} is {visible(path)}, and no certificates can be read there: {reason or error}",
            help=f"set {name} to certificates in PEM form, or unset it to trust the usual authorities",
        ) from error


def source(environment: Mapping[str, str]) -> str:
    """Say where the trusted certificates come from."""
    for name in (_FILE, _FOLDER):
        if environment.get(name):
            return f"{name}={visible(environment[name])}"
    return "the certificates that come with dfsync, since neither SSL_CERT_FILE nor SSL_CERT_DIR is set"
