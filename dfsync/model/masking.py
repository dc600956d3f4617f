"""Masks personal data for reports: two contacts can still be told apart, but nobody can write to them."""

from __future__ import annotations

from typing import Any


def mask_contact(id: str, site: str) -> str:
    """Return the id of a contact with the person masked: `site-123/a***@example.com`.

    An id is the values of its key fields, joined by `/`. If it begins or ends with `site`, that part is not personal
    and stays. Everything else may be personal, since dfsync.yaml decides which fields make the key.
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
    """Return the value of a field with its text masked. Empty values and values that are not text stay as they are."""
    return mask_text(value) if isinstance(value, str) and value else value


def mask_text(text: str) -> str:
    """Return the first character, and of an e-mail address the domain too: `a***@example.com`, `+***`."""
    local, at, domain = text.rpartition("@")
    return f"{local[:1]}***@{domain}" if at else f"{text[:1]}***"
