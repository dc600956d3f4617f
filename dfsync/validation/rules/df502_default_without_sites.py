"""Default that no file matches.

`match` is a pattern of paths, relative to dfsync.yaml: `*` stays within one folder, and `**` crosses folders. This
one matches no site file, so no site gets its values.

Fails:

```yaml dfsync.yaml
version: 1
defaults:
  - match: stores/us/**  # DF502
    set: {currency: USD}
```

```yaml sites/us/downtown.yaml
id: site-123
name: Downtown Store
```

Passes:

```yaml dfsync.yaml
version: 1
defaults:
  - match: sites/us/**
    set: {currency: USD}
```

```yaml sites/us/downtown.yaml
id: site-123
name: Downtown Store
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.files.storage.glob import matches
from dfsync.findings import Finding, Severity
from dfsync.model.place import CONFIG_PLACE, Place
from dfsync.model.text import shortened
from dfsync.validation.rule import Repository, Rule

RULE = Rule("DF502", Severity.HINT)


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for each default that no site file matches; a repository without site files has another."""
    files = repository.site_files
    for default in repository.config.defaults if files else ():
        if not any(matches(file, default.match) for file in files):
            place = Place(CONFIG_PLACE.file, default.pointer)
            help = "a path is relative to dfsync.yaml, such as sites/us/**"
            yield Finding(
                RULE.code, f"no site file matches {shortened(default.match, 60)}", place, ("match",), help=help
            )
