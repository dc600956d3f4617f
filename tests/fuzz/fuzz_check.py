"""Coverage-guided fuzzing of the loader and the rules; not collected by pytest.

    pip install atheris
    python tests/fuzz/fuzz_check.py CORPUS_FOLDER -max_total_time=900

An input is a site file, and, after a line `=====`, a dfsync.yaml. Whatever it is, the check ends soon, says what is
wrong as diagnostics with places inside the file, and no rule crashes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

with atheris.instrument_imports(include=["dfsync"]):
    from dfsync.errors import ConfigError
    from dfsync.report.diagnostics import SourceContext, render
    from dfsync.validation.check import check
    from dfsync.validation.rules.catalogue import catalogue, manual
    from tests.validation.repositories import TreeOf

    # What is imported only when there is something to say is imported now, while imports are instrumented.
    check(TreeOf({"dfsync.yaml": b"version: x\nrules: {a: {level: off}}\n", "sites/a.yaml": b"id: [a\n"}))
    check(TreeOf({"dfsync.yaml": b"version: 1\n", "sites/a.yaml": b"id: [a]\noperational_hours: {Mon: 9}\n"}))

LONGEST = 2.0


def try_one(data: bytes) -> None:
    """Check one input and hold the check to its promises."""
    site, _, config = data.partition(b"\n=====\n")
    files = {"sites/a.yaml": site, "dfsync.yaml": config or b"version: 1\n"}
    started = time.perf_counter()
    try:
        checked = check(TreeOf(files))
    except ConfigError:
        return
    if time.perf_counter() - started > LONGEST:
        raise AssertionError(f"took {time.perf_counter() - started:.1f} s")
    for diagnostic in checked.findings.diagnostics:
        if diagnostic.code == "DF008":
            raise AssertionError(diagnostic.message)
        ours = [mark for mark in ("{'", "['", "None") if mark.encode() not in data]
        if len(diagnostic.message) > 400 or any(mark in diagnostic.message for mark in ours):
            raise AssertionError(diagnostic.message)
        span = diagnostic.span
        if (
            span is None
            or span.line < 1
            or span.column < 1
            or (span.end_line, span.end_column) < (span.line, span.column)
        ):
            raise AssertionError(f"no place: {diagnostic}")
    texts = {path: content.decode("utf-8", "replace") for path, content in files.items()}
    render("text", checked.findings, SourceContext(texts.get))


def seed(folder: Path) -> None:
    """Write the examples of all manuals as a first corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    for code in catalogue():
        blocks = manual(code).split("```")[1::2]
        for number, block in enumerate(blocks):
            path, _, body = block.partition("\n")
            text = f"id: a\nname: b\n=====\n{body}" if path.endswith("dfsync.yaml") else body
            (folder / f"{code}-{number}").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    seed(Path(sys.argv[1]))
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()
