"""Required column that can't be sent.

`api.required_columns` names the columns that every row has. They must be columns of the API, and Site ID must be one
of them: without it, a row would not say which site it is about.

Fails:

```yaml dfsync.yaml
version: 1
api:
  required_columns: [Site ID, Name]  # DF505
```

Passes:

```yaml dfsync.yaml
version: 1
api:
  required_columns: [Site ID, Site Name]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding
from dfsync.model.fields import COLUMNS, ID_COLUMN
from dfsync.model.likeness.spelling import suggestion
from dfsync.model.place import CONFIG_PLACE
from dfsync.model.settings import Config
from dfsync.model.text import shortened
from dfsync.validation.rule import Rule

RULE = Rule("DF505", safety=True)


def check(config: Config) -> Iterator[Finding]:
    """Yield a finding for each column that the API does not have, and when Site ID is not among them."""
    at = ("api", "required_columns")
    for number, column in enumerate(config.api.required_columns):
        if column not in COLUMNS:
            help = suggestion(column, COLUMNS) or "see dfsync render for the columns"
            yield Finding(
                RULE.code, f"the API has no column {shortened(column, 40)}", CONFIG_PLACE, (*at, number), help=help
            )
    if ID_COLUMN not in config.api.required_columns:
        yield Finding(
            RULE.code, f"{ID_COLUMN} must be among the required columns", CONFIG_PLACE, at, help=f"add {ID_COLUMN}"
        )
