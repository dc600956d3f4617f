"""Hours profile that no site uses.

No site uses this profile. Either it is left over, or the sites that should use it name another one.

Fails:

```yaml dfsync.yaml
version: 1
hours_profiles:
  retail: {Mon-Fri: 09:00-17:59}  # DF501
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
```

Passes:

```yaml dfsync.yaml
version: 1
hours_profiles:
  retail: {Mon-Fri: 09:00-17:59}
```

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
operational_hours: {profile: retail}
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dfsync.findings import Finding, On, Severity
from dfsync.model.place import CONFIG_PLACE
from dfsync.model.text import shortened
from dfsync.validation.rule import Repository, Rule

RULE = Rule("DF501", Severity.HINT)


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for each profile that neither a site nor a default names, as long as every file could be read."""
    if not repository.complete:
        return
    used = set(repository.profiles)
    for default in repository.config.defaults:
        hours = default.set.get("operational_hours")
        if isinstance(hours, Mapping):
            used.add(str(hours.get("profile")))
    for name in repository.config.hours_profiles:
        if name not in used:
            message = f"no site uses the hours profile {shortened(name, 40)}"
            yield Finding(RULE.code, message, CONFIG_PLACE, ("hours_profiles", name), On.KEY, "take it out")
