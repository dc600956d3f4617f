"""Comma in the name of a group.

All groups of a site are sent in one cell, separated by commas. A group with a comma in its name would arrive as two
groups.

Fails:

```yaml
id: site-123
name: Downtown Store
groups: ["Bournemouth, Christchurch and Poole"]  # DF110
```

Passes:

```yaml
id: site-123
name: Downtown Store
groups: [Bournemouth Christchurch and Poole]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.validation.rule import Rule

RULE = Rule("DF110", safety=True)


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding for each group with a comma."""
    for number, group in enumerate(site.groups):
        if "," in group:
            message = "a group's name can't contain a comma: the cell is split at commas"
            yield Finding(RULE.code, message, site.place, ("groups", number), help="list two groups, or leave it out")
