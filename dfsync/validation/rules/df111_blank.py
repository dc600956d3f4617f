"""Id, name or group of nothing but spaces.

Outer spaces don't count when texts are compared, so that such a text is empty; an id, a name and a group may not be.

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

from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.validation.finding import Finding
from dfsync.validation.rule import Rule
from dfsync.validation.texts import site_texts

RULE = Rule("DF111")


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding for an id, a name or a group that is only white space."""
    for path, text in site_texts(site):
        if text and text.isspace() and path[0] in ("id", "name", "groups"):
            message = f"{'a group' if path[0] == 'groups' else path[0]} may not be only spaces"
            yield Finding(RULE.code, message, site.source, path)
