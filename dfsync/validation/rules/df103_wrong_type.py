"""Wrong kind of value.

The value has the wrong type, for example a text where a list is needed. In site and contact files, text stays text,
so a number needs no quotes. But a quoted `"750"` is a text, also where the schema asks for a number.

Fails:

```yaml
id: site-123
name: Downtown Store
groups: Retail  # DF103
```

Passes:

```yaml
id: site-123
name: Downtown Store
groups: [Retail]
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF103", safety=True, found_in="dfsync.validation.checks.schema")
