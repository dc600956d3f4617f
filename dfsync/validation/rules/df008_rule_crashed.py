"""Rule that failed.

A rule of dfsync itself failed on this entry, so it did not check the entry. The other rules did. A run that has checked
less than it should counts as failed.

This is a defect of dfsync. Please report it, together with the entry if you may share it.

Fails, with a rule that takes every site to have a currency, on a site that has none:

```python
from dfsync.findings import Finding


def check(site, config):
    if site.fields["currency"] == "DEM":
        yield Finding("DF108", "the mark is no more", site.place, ("currency",))
```

```yaml
id: site-123  # DF008
name: Downtown Store
```

Passes, with the rule mended:

```python
from dfsync.findings import Finding


def check(site, config):
    if site.fields.get("currency") == "DEM":
        yield Finding("DF108", "the mark is no more", site.place, ("currency",))
```

```yaml
id: site-123
name: Downtown Store
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF008", safety=True, found_in="dfsync.validation.rule")
