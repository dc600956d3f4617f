"""Personal data as reports show it: enough to tell two contacts apart, too little to write to one."""

from __future__ import annotations

from typing import Any


def mask_contact(id: str) -> str:
    """Return a contact's id with the person masked: `site-123/a***@example.com`.

    An id is its key's values joined by `/`; the site that leads the default key is no personal data and stays.
    """
    first, *others = id.split("/")
    if not others:
        return mask_text(first)
    kept = mask_text(first) if "@" in first else first
    return "/".join((kept, *map(mask_text, others)))


def mask_value(value: Any) -> Any:
    """Return a field's value with a text masked; emptiness and what is no text stay."""
    return mask_text(value) if isinstance(value, str) and value else value


def mask_text(text: str) -> str:
    """Return the first character and, of an e-mail address, the domain: `a***@example.com`, `+***`."""
    local, at, domain = text.rpartition("@")
    return f"{local[:1]}***@{domain}" if at else f"{text[:1]}***"
