"""The pages of docs/reference/rules: a page for each rule, from its docstring, and an index.

After a rule has changed, run `python docs/generate.py`; a test says when the pages are stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dfsync.validation.rules.catalogue import catalogue, manual, title

FOLDER = Path(__file__).resolve().parent / "reference" / "rules"

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

This page is for everybody who sees a code such as `DF403` and wants to know what to do about it.

The **level** of a rule decides what its findings do. An *error* stops `plan` and `apply`, and `validate` exits with 1.
A *warning* or a *hint* is shown and stops nothing. In dfsync.yaml you can change the level of a rule, or turn the rule
off and say why:

```yaml
rules:
  DF403: {level: "off", reason: names come from the franchise}
  DF107: {level: error, match: sites/france/**} # in these files only
```

Rules marked *safety* protect the live sites. Their level cannot be lowered, and they cannot be turned off. dfsync also
reports a setting that turns off a rule which finds nothing.
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
    sections.append("```{toctree}\n:hidden:\n:glob:\n\nDF*\n```\n")
    return {"README.md": "\n".join(sections), **made}
