"""Wrong kind of value.

A text stands where a list is needed, a list where a text is needed, and so on. Text stays text in site and contact
files, so that a number needs no quotes; but a quoted `"750"` is a text where the schema asks for a number.

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

RULE = Rule("DF103", safety=True, found_in="dfsync.validation.schema")
