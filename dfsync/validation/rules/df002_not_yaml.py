"""Not YAML.

The file breaks the rules of YAML, and nothing after this place could be read. Usually a value needs quotes, because
it contains `: ` or starts with one of ``[ ] { } , & * # ? | > @ ` " ' %``, or a line is indented with a tab.

Fails:

```yaml
id: site-123
name: Downtown: the new store  # DF002
```

Passes:

```yaml
id: site-123
name: "Downtown: the new store"
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF002", safety=True, found_in="dfsync.files.yaml.syntax_errors")
