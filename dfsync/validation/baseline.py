"""A list of known findings, so that an existing repository starts green and the list can only shrink.

The file is JSON, `{"format": "dfsync/baseline", "format_version": 1, "findings": {FINGERPRINT: "CODE id: message"}}`.
Only the fingerprints count; the words are for people who read a diff.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from dfsync.errors import InputError
from dfsync.files.export_file import read_bytes
from dfsync.findings import Findings
from dfsync.fingerprints import fingerprints
from dfsync.model.text import shortened

FORMAT = "dfsync/baseline"


def read_baseline(path: Path) -> Mapping[str, str]:
    """Return the findings of a baseline file by fingerprint. Raises `InputError` if it is no baseline."""
    if not path.exists():
        raise InputError(f"{path} can't be read: No such file or directory", help="make one with --write-baseline")
    try:
        document = json.loads(read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON") from error
    found = document.get("findings") if isinstance(document, dict) and document.get("format") == FORMAT else None
    if not isinstance(found, dict) or document.get("format_version") != 1:
        raise InputError(f"{path} is not a baseline of version 1", help="make one with --write-baseline")
    return {str(mark): str(words) for mark, words in found.items()}


def described(findings: Findings) -> dict[str, str]:
    """Return the findings as a baseline has them, in their order."""
    marks = fingerprints(findings.diagnostics)
    return {
        mark: f"{found.code} {shortened(found.id or found.file or '')}: {shortened(found.message)}"
        for mark, found in zip(marks, findings.diagnostics, strict=True)
    }


def shrunk(known: Mapping[str, str], findings: Findings) -> dict[str, str]:
    """Return the rest of a baseline: what is no longer found is removed, and nothing is added."""
    still = set(fingerprints(findings.diagnostics))
    return {mark: words for mark, words in known.items() if mark in still}


def dumps(known: Mapping[str, str]) -> str:
    """Return a baseline file's text."""
    document = {"format": FORMAT, "format_version": 1, "findings": dict(known)}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
