"""Comma in a site id.

The export takes a list of ids, separated by commas. A site with a comma in its id cannot be asked for, so apply could
never see whether its values arrived.

Fails:

```yaml
id: site,123  # DF109
name: Downtown Store
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

RULE = Rule("DF109", safety=True)


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding when the id has a comma."""
    if "," in site.id:
        message = "a site id can't contain a comma: the export's filter splits on it"
        yield Finding(RULE.code, message, site.place, ("id",), help="use - or _ instead")
