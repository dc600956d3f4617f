"""Write everything in docs/ that comes from the code: `python docs/generate.py`; with --check, say what is stale.

The pages of rules come from their docstrings, defaults in the schema of dfsync.yaml from the code, and the parts
of pages between cog's marks from the commands and schemas.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs import manual_pages, rules, settings  # noqa: E402  (found from wherever this is run)


def files() -> dict[Path, str]:
    """Return the text of every file that is written as a whole."""
    config = json.dumps(settings.with_defaults(), indent=2, ensure_ascii=False) + "\n"
    pages = {rules.FOLDER / name: text for name, text in rules.pages().items()}
    manuals = {manual_pages.FOLDER / name: text for name, text in manual_pages.pages()}
    return {settings.SCHEMA: config, **pages, **manuals}


def stale() -> list[str]:
    """Return the files that are not as they would be written."""
    found = [str(path.relative_to(ROOT)) for path, text in files().items() if not path.is_file() or _text(path) != text]
    found += [str(path.relative_to(ROOT)) for path in _old(files())]
    return found + [line for line in _cog("--check").splitlines() if "changed" in line]


def main(arguments: list[str]) -> int:
    """Write all that is generated, or check it."""
    if "--check" in arguments:
        found = stale()
        sys.stdout.write("".join(f"stale: {one}\n" for one in found))
        return 1 if found else 0
    manual_pages.FOLDER.mkdir(exist_ok=True)
    made = files()
    for path in _old(made):
        path.unlink()
    for path, text in made.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(_cog("-r"))
    return 0


def _old(made: dict[Path, str]) -> list[Path]:
    """Return the pages of rules and commands that are gone."""
    return [path for folder in (rules.FOLDER, manual_pages.FOLDER) for path in folder.iterdir() if path not in made]


def _cog(*options: str) -> str:
    pages = [str(path) for path in sorted((ROOT / "docs").rglob("*.md")) if "[[[cog" in _text(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    command = [sys.executable, "-m", "cogapp", *options, *pages]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 5):
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
