"""Id, name or group of nothing but spaces.

Leading and trailing spaces are ignored, so this text counts as empty, and ids, names and groups must not be empty.

Fails:

```yaml
id: site-123
name: " "  # DF111
```

Passes:

```yaml
id: site-123
name: Downtown Store
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.validation.rule import Rule

RULE = Rule("DF111", safety=True)


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding for an id, a name or a group that is only white space."""
    for name, text in (("id", site.id), ("name", site.name)):
        if text.isspace():
            yield Finding(RULE.code, f"{name} may not be only spaces", site.place, (name,))
    for number, group in enumerate(site.groups):
        if group.isspace():
            yield Finding(RULE.code, "a group may not be only spaces", site.place, ("groups", number))
