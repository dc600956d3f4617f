"""Filters the findings for the report: those of some files, of a branch, or those that are not known yet.

The whole repository is always checked. What is filtered out is left out of the report only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from dfsync.files.storage.root import CONFIG_FILE
from dfsync.findings import Finding, Findings, RelatedPlace, Severity, arranged
from dfsync.validation.results.result_cache import FileRow


def in_files(findings: Findings, chosen: AbstractSet[str], files: Mapping[str, FileRow]) -> Findings:
    """Return the findings that involve the chosen files, and errors of dfsync.yaml, which put all others in doubt.

    A finding elsewhere that also names a chosen file, such as a second site with the same id, is reported there.
    """
    rows = [files[file] for file in chosen & files.keys()]
    return Findings(
        arranged([_told_in(found, chosen) for found in findings.diagnostics if _involves(found, chosen)]),
        len(rows),
        sum(row.sites for row in rows),
        sum(row.contacts for row in rows),
    )


def not_among(findings: Findings, known: Collection[str]) -> Findings:
    """Return the findings whose fingerprints are not known. Two equal findings count as two."""
    if not known:
        return findings
    from dfsync.fingerprints import fingerprints

    marks = fingerprints(findings.diagnostics)
    left = tuple(found for found, mark in zip(findings.diagnostics, marks, strict=True) if mark not in known)
    return replace(findings, diagnostics=left)


def _told_in(found: Finding, files: AbstractSet[str]) -> Finding:
    """Return a finding as it shows in one of the files: the two places are exchanged."""
    here = next((related for related in found.related if related.file in files), None)
    if here is None or found.file is None or found.span is None or found.file in files | {CONFIG_FILE}:
        return found
    others = (other for other in found.related if other is not here)
    there = RelatedPlace("the other place", found.place, span=found.span, id=found.id)
    return replace(found, place=here.place, span=here.span, id=here.id or found.id, related=(there, *others))


def _involves(found: Finding, files: AbstractSet[str]) -> bool:
    if found.file is None or (found.file == CONFIG_FILE and found.severity is Severity.ERROR):
        return True
    return found.file in files or any(related.file in files for related in found.related)
