"""Write docs/rules: a page a rule, from its docstring, and an index.

After a rule has changed, run `python docs/rules.py`; a test says when the pages are stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dfsync.validation.catalogue import catalogue, manual, title

FOLDER = Path(__file__).resolve().parent / "rules"

_GROUPS = {
    "DF0": "Files",
    "DF1": "Fields and their values",
    "DF2": "Opening hours",
    "DF3": "Across files",
    "DF4": "Text",
    "DF5": "Configuration",
}

_INTRODUCTION = """\
# Rules

Every finding of `dfsync validate` has a code. `dfsync explain CODE` prints the page of a code; `dfsync explain` lists
them all. Codes are never given to another rule.

A **level** decides what a finding does: an *error* stops plan and apply and lets validate exit with 1, a *warning* or
*hint* is shown and lets pass. dfsync.yaml may give another level, or silence a rule with a reason:

```yaml
rules:
  DF403: {level: "off", reason: names come from the franchise}
  DF107: {level: error}
```

Rules marked *safety* keep live from harm and can't be lowered or silenced. Silencing that silences nothing is
reported.
"""


def pages() -> Mapping[str, str]:
    """Return the text of every page by its file name."""
    made = {f"{code}.md": manual(code) for code in catalogue()}
    sections = [_INTRODUCTION]
    for prefix, heading in _GROUPS.items():
        rows = [f"## {heading}\n", "| code | what it finds | level |", "|---|---|---|"]
        for code, rule in catalogue().items():
            if code.startswith(prefix):
                level = f"{rule.level}, safety" if rule.safety else rule.level
                rows.append(f"| [{code}]({code}.md) | {title(code)} | {level} |")
        sections.append("\n".join(rows) + "\n")
    return {"README.md": "\n".join(sections), **made}


def main() -> None:
    """Write all pages, and take away those of rules that are gone."""
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
