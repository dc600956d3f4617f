"""Missing field.

Something required is missing: a site needs `id` and `name`, a contact outside a site needs `site`, a dated exception
its `date`, a target its `customer_id`, and dfsync.yaml its `version`.

Fails:

```yaml
id: site-123  # DF102
currency: USD
```

Passes:

```yaml
id: site-123
name: Downtown Store
currency: USD
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF102", safety=True, found_in="dfsync.validation.checks.schema")
