"""Fingerprints: they identify a finding even after lines have moved and files were reordered.

Baselines use them, and so do the reports that CI servers compare between two commits (GitLab Code Quality, SARIF).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from dfsync.findings import Finding

# A message may name another place, as in "first written in sites/a.yaml:12:3" or "on line 12".
_POSITION = re.compile(r"(?:(?<=\.yaml)|(?<=\.yml)):\d+(?::\d+)?|(?<=\bline )\d+|(?<=\bcolumn )\d+", re.ASCII)


def fingerprint(diagnostic: Finding, ordinal: int = 0) -> str:
    """Return the SHA-256 in hex of what a finding is about: code, site or else file, field, and message.

    Line numbers do not count, and a site may move to another file. `ordinal` tells apart findings that are equal in all
    this: 0 for the first of them.
    """
    message = " ".join(_POSITION.sub("", unicodedata.normalize("NFC", diagnostic.message)).split())
    subject = ["id", diagnostic.id] if diagnostic.id is not None else ["file", diagnostic.file]
    parts = [diagnostic.code, *subject, diagnostic.field, message, *([ordinal] if ordinal else [])]
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()


def fingerprints(diagnostics: Iterable[Finding]) -> list[str]:
    """Return the fingerprint of each diagnostic, in their order, no two the same."""
    seen: Counter[str] = Counter()
    result = []
    for diagnostic in diagnostics:
        first = fingerprint(diagnostic)
        result.append(fingerprint(diagnostic, seen[first]))
        seen[first] += 1
    return result
