"""Contact columns that don't fit.

`contact_csv` says which column of your vendor's template each field goes to. Every field of the key needs a column,
and no two fields may share one. If you set `template`, its header row must have all the columns.

Fails:

```yaml dfsync.yaml
version: 1
contact_csv:
  key: [site, phone]  # DF506
  columns: {site: Site ID, email: Contact Email}
```

Passes:

```yaml dfsync.yaml
version: 1
contact_csv:
  key: [site, email]
  columns: {site: Site ID, email: Contact Email}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.files.storage.tree import UnreadableFileError
from dfsync.findings import Finding, RelatedPlace
from dfsync.model.likeness.spelling import suggestion
from dfsync.model.place import CONFIG_PLACE
from dfsync.model.settings import Config
from dfsync.model.text import shortened
from dfsync.validation.rule import Repository, Rule

RULE = Rule("DF506", safety=True)


def check(config: Config) -> Iterator[Finding]:
    """Yield a finding for each field of the key without a column, and each column that two fields share."""
    columns = config.contact_csv.columns
    for number, name in enumerate(config.contact_csv.key):
        if name not in columns:
            path = ("contact_csv", "key", number)
            yield Finding(
                RULE.code, f"the key needs a column for {name}", CONFIG_PLACE, path, help=f"add {name} to columns"
            )
    first: dict[str, str] = {}
    for name, column in columns.items():
        other = first.setdefault(column, name)
        if other != name:
            also = RelatedPlace("the other field stands here", CONFIG_PLACE, ("contact_csv", "columns", other))
            message = f"{other} and {name} have the same column {shortened(column, 40)}"
            yield Finding(RULE.code, message, CONFIG_PLACE, ("contact_csv", "columns", name), related=(also,))


def check_template(repository: Repository) -> Iterator[Finding]:
    """Yield a finding when the template can't be read, and for each column that its header row lacks."""
    settings = repository.config.contact_csv
    if settings.template is None:
        return
    path = ("contact_csv", "template")
    try:
        text = repository.tree.read(settings.template).decode("utf-8-sig")
    except UnreadableFileError as error:
        yield Finding(RULE.code, f"the template {error.message}", CONFIG_PLACE, path)
        return
    except UnicodeDecodeError:
        yield Finding(RULE.code, "the template is not UTF-8", CONFIG_PLACE, path, help="save it as CSV UTF-8")
        return
    header = header_of(text)
    for name, column in settings.columns.items():
        if column not in header:
            message = f"the template has no column {shortened(column, 40)}"
            at = ("contact_csv", "columns", name)
            yield Finding(RULE.code, message, CONFIG_PLACE, at, help=suggestion(column, header))


def header_of(template: str) -> list[str]:
    """Return the names in the header row of a contact template."""
    import csv

    return next(csv.reader(template.splitlines()[:1]), [])
