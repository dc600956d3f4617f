"""File that the patterns just miss.

The file would match `sites` or `contacts` of dfsync.yaml if its name had another letter case, no leading dot, or
nothing after `.yaml`. Hidden files and folders are never read, and letter case counts, also where the file system
ignores it. So what the file says is never sent, and no other message says so.

Rename the file. If it is not meant to be read, move it out of the folder, or silence the rule with a reason. dfsync
looks for such files on disk if the patterns match at most 2,000 files, and always among staged files.

Fails:

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
```

```yaml sites/uptown.YAML
id: site-124  # DF009
name: Uptown Store
```

Passes:

```yaml sites/downtown.yaml
id: site-123
name: Downtown Store
```

```yaml sites/uptown.yaml
id: site-124
name: Uptown Store
```
"""

from __future__ import annotations

from dfsync.findings import Severity
from dfsync.validation.rule import Rule

RULE = Rule("DF009", Severity.HINT, found_in="dfsync.validation.checks.near_misses")
