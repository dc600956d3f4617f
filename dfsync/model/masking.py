"""Personal data as reports show it: enough to tell two contacts apart, too little to write to one."""

from __future__ import annotations

from typing import Any


def mask_contact(id: str, site: str) -> str:
    """Return a contact's id with the person masked: `site-123/a***@example.com`.

    An id is its key's values joined by `/`. The `site` that begins or ends it is no personal data and stays; all else
    may be: the key is whatever dfsync.yaml says.
    """
    site = site.strip()
    if site and id.startswith(f"{site}/"):
        return f"{site}/{_masked(id[len(site) + 1 :])}"
    if site and id.endswith(f"/{site}"):
        return f"{_masked(id[: -len(site) - 1])}/{site}"
    return _masked(id)


def _masked(parts: str) -> str:
    return "/".join(map(mask_text, parts.split("/")))


def mask_value(value: Any) -> Any:
    """Return a field's value with a text masked; emptiness and what is no text stay."""
    return mask_text(value) if isinstance(value, str) and value else value


def mask_text(text: str) -> str:
    """Return the first character and, of an e-mail address, the domain: `a***@example.com`, `+***`."""
    local, at, domain = text.rpartition("@")
    return f"{local[:1]}***@{domain}" if at else f"{text[:1]}***"
