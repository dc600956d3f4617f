"""Quotation marks that are part of the text.

Word processors and chat programs turn straight quotation marks into curly ones. For YAML these are no quotes, so they
are sent as part of the value. A value that begins and ends with a pair of them was probably not meant like that.

Fails:

```yaml
id: site-123
name: “Downtown Store”  # DF408
```

Passes:

```yaml
id: site-123
name: Downtown Store
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.files.edit.write import scalar
from dfsync.findings import Finding, Severity
from dfsync.model.likeness.characters import named
from dfsync.validation.rule import Rule, Text

RULE = Rule("DF408", Severity.WARNING)
_PAIRS = frozenset(("“”", "„“", "„”", "‟”", "‘’", "‚‘", "‚’", '""', "''", "＂＂", "「」", "″″", "′′"))


def check(text: Text) -> Iterator[Finding]:
    """Yield a finding when the text stands between quotation marks."""
    value = text.value.strip()
    inner = inside_quotes(value)
    if inner is not None:
        message = (
            f"{named(value[0])} and its counterpart are part of the text: YAML does not read them as quotation marks"
        )
        if value[0] in "\"'":
            message = f"the quotes {value[0]} are part of the text"
        yield text.finding(RULE.code, message, f"write {scalar(inner, flow=True)}" if inner else "take them out")


def inside_quotes(value: str) -> str | None:
    """Return what stands between the quotation marks that a text begins and ends with, None without them."""
    if len(value) < 2 or value[0] + value[-1] not in _PAIRS or value[0] in value[1:-1]:
        return None
    return value[1:-1].strip()
