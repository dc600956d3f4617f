"""Default target that is not there.

`default_target` names a target that is not in `targets`, so commands do not know where to send.

Fails:

```yaml dfsync.yaml
version: 1
default_target: prodution  # DF503
targets:
  production: {customer_id: 123}
```

Passes:

```yaml dfsync.yaml
version: 1
default_target: production
targets:
  production: {customer_id: 123}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding
from dfsync.model.likeness.spelling import suggestion
from dfsync.model.place import CONFIG_PLACE
from dfsync.model.settings import Config
from dfsync.model.text import shortened
from dfsync.validation.rule import Rule

RULE = Rule("DF503")


def check(config: Config) -> Iterator[Finding]:
    """Yield a finding when the default target is none of the targets as they are written."""
    names = config.target_names
    if config.default_target is not None and config.default_target not in names:
        message = f"there is no target {shortened(config.default_target, 40)}"
        help = suggestion(config.default_target, names) or "name one of targets, or add it there"
        yield Finding(RULE.code, message, CONFIG_PLACE, ("default_target",), help=help)
