"""Path that leaves the repository.

Patterns and paths in dfsync.yaml are relative to its folder and stay below it. So dfsync reads only what is reviewed
in the repository.

Fails:

```yaml dfsync.yaml
version: 1
sites: [../stores/**/*.yaml, sites/**/*.yaml]  # DF509
```

Passes:

```yaml dfsync.yaml
version: 1
sites: [sites/**/*.yaml]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.files.storage.glob import leaves_root
from dfsync.findings import Finding
from dfsync.model.place import CONFIG_PLACE, Pointer
from dfsync.model.settings import Config
from dfsync.model.text import shortened
from dfsync.validation.rule import Rule

RULE = Rule("DF509", safety=True)


def check(config: Config) -> Iterator[Finding]:
    """Yield a finding for each pattern or path that is absolute or climbs out of the root."""
    named: dict[Pointer, str] = {("contact_csv", "template"): config.contact_csv.template or ""}
    for name, patterns in (("sites", config.sites), ("contacts", config.contacts)):
        named.update({(name, number): pattern for number, pattern in enumerate(patterns)})
    for path, text in named.items():
        if leaves_root(text):
            message = f"{shortened(text, 60)} leaves the repository"
            yield Finding(RULE.code, message, CONFIG_PLACE, path, help="name a path below the folder of dfsync.yaml")
