"""Removes tokens from everything that is shown, logged or stored.

This is done in two ways. By value: each known secret in every spelling in which it may come back. By shape: whatever
follows a telling name or "Bearer", or looks like a JWT (RFC 7519), for secrets that dfsync does not know.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus

import orjson

REDACTED = "[redacted]"
_SHORTEST = 4
_SHORTEST_PART = 8
_SHORTEST_HALF = 12
_DEEPEST = 50
_TELLING = re.compile(r"token|secret|passw|authorization|cookie|api-?_?key|credential", re.IGNORECASE)
_HARMLESS = frozenset({"tokentype", "tokenuse", "tokenexpiry"})
# All repetition is bounded or can not nest: a server must not be able to make redaction slow.
_QUOTE = r"""(?:\\{0,16}["'])"""
_SPACE = r"\s{0,16}"
_SHAPES = (
    # A telling name and its quoted value, also in JSON within JSON and in JSON that was cut off.
    re.compile(
        rf"({_QUOTE}[\w.-]{{0,60}}(?:token|secret|passw|authorization|cookie)(?!_?type|_?use)[\w.-]{{0,60}}{_QUOTE}"
        rf"{_SPACE}:{_SPACE}{_QUOTE})"
        r"""[^"'\\]+""",
        re.IGNORECASE,
    ),
    re.compile(r"((?:token|secret|password)=)[^\s&;,\"']+", re.IGNORECASE),
    re.compile(r"(\b(?:Bearer|Basic)(?:\s|%20|\+)+)[A-Za-z0-9._~+/%=-]{6,}", re.IGNORECASE),
    re.compile(r"()\beyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)*"),
)


class Secret:
    """A text whose `repr` and `str` are masked."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text, for the header or body that needs it."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


_MOST_SEEN, _LONGEST_SEEN = 1000, 200
"""The number of short texts that are remembered, since an answer has the same ones again and again."""


class Redactor:
    """Removes all secrets that it knows, and everything that looks like one. Thread-safe."""

    def __init__(self) -> None:
        self._spellings: dict[str, None] = {}
        self._halves: list[str] = []
        self._known: re.Pattern[str] | None = None
        self._learning = threading.Lock()
        self._seen: dict[str, str] = {}

    def learn(self, secret: Secret) -> None:
        """Remove this secret too from now on."""
        if secret.reveal() in self._spellings:
            return
        with self._learning:
            texts = {**self._spellings, **dict.fromkeys(_spellings(secret.reveal()))}
            if texts:
                self._halves += _halves(secret.reveal())
                longest_first = sorted(texts, key=len, reverse=True)
                self._known = re.compile("|".join([*map(re.escape, longest_first), *self._halves]), re.IGNORECASE)
                self._spellings = texts
                self._seen = {}

    def text(self, text: str) -> str:
        """Return the text without secrets."""
        seen = self._seen  # a secret that is learned meanwhile begins another
        found = seen.get(text)
        if found is None:
            found = self._redacted(text)
            if len(text) <= _LONGEST_SEEN and len(seen) < _MOST_SEEN:
                seen[text] = found
        return found

    def _redacted(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(REDACTED, text)
        for shape in _SHAPES:
            text = shape.sub(rf"\g<1>{REDACTED}", text)
        return text

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return the headers, with values redacted by the name of the header and by content."""
        return tuple((name, REDACTED if _tells(name) else self.text(value)) for name, value in headers)

    def body(self, content: bytes, most: int) -> str:
        """Return the start of a body as text, redacted by structure where it is JSON; at most `most` characters."""
        try:
            text = orjson.dumps(self._value(orjson.loads(content), _DEEPEST)).decode()[: most * 4]
        except ValueError:
            text = content[: most * 4].decode("utf-8", "replace")
        return self._without_cut_secret(self.text(text))[:most]

    def _value(self, value: Any, depth: int) -> Any:
        if depth == 0:
            return REDACTED
        if isinstance(value, dict):
            return {
                self.text(key): REDACTED if _tells(key) and inner is not None else self._value(inner, depth - 1)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self._value(inner, depth - 1) for inner in value]
        return self._inner_text(value, depth) if isinstance(value, str) else value

    def _inner_text(self, text: str, depth: int) -> str:
        """Read JSON within a JSON text as JSON."""
        if text.lstrip()[:1] in ("{", "["):
            try:
                return orjson.dumps(self._value(orjson.loads(text), depth - 1)).decode()
            except ValueError:
                pass
        return self.text(text)

    def _without_cut_secret(self, text: str) -> str:
        """Redact the beginning of a secret whose end was cut off together with the body."""
        for spelling in self._spellings:
            for length in range(min(len(spelling), len(text)), _SHORTEST_PART - 1, -1):
                if text.endswith(spelling[:length]):
                    return text[:-length] + REDACTED
        return text


def _tells(name: str) -> bool:
    return _TELLING.search(name) is not None and re.sub(r"[^a-z]", "", name.lower()) not in _HARMLESS


def _halves(secret: str) -> list[str]:
    """Return patterns of a long secret that a server cut off at its end or its beginning, as many do in messages."""
    half = len(secret) // 2
    if half < _SHORTEST_HALF:
        return []
    return [rf"{re.escape(secret[:half])}[A-Za-z0-9._~+/=-]*", re.escape(secret[half:])]


def _spellings(secret: str) -> list[str]:
    """Return the secret as it is, in URLs, in JSON, in hex, and in base64 at each of the three alignments."""
    if len(secret) < _SHORTEST:
        return []
    content = secret.encode()
    texts = [secret, quote(secret, safe=""), quote_plus(secret), quote(secret, safe="").lower()]
    texts += [orjson.dumps(secret).decode()[1:-1], secret.replace("/", "\\/"), content.hex(), content.hex().upper()]
    for offset, skipped in ((0, 0), (1, 2), (2, 3)):
        padded = b"\0" * offset + content
        whole = len(padded) // 3 * 3
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(padded[:whole]).decode()[skipped:]
            if len(text) >= _SHORTEST_PART:
                texts.append(text)
    return texts
