"""Too deep, too large or too many problems.

The file is nested deeper than 100 levels, its aliases expand to far more than what is written, or it has more
problems than anybody reads at once. Deep nesting and exploding aliases are used to crash parsers. No real site needs
them.

Fails, since five short lines stand for a hundred thousand words:

```yaml
x-a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]
x-b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
x-c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
x-d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]  # DF006
x-e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
id: site-123
name: Downtown Store
```

Passes:

```yaml
sites:
  - id: site-123
    name: Downtown Store
    operational_hours: &usual {Mon-Fri: 09:00-18:59, Sat: 09:00-16:59}
  - id: site-124
    name: Uptown Store
    operational_hours: *usual
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF006", safety=True, found_in="dfsync.files.yaml.documents")
