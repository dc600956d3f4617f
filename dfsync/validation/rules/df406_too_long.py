"""Text longer than the limit you set.

`max_lengths` in dfsync.yaml says how many characters a field may have. A sign, a screen or another system cuts off
what is longer. In `groups`, the limit holds for each name.

Fails:

```yaml dfsync.yaml
version: 1
max_lengths: {name: 20}
```

```yaml sites/downtown.yaml
id: site-123
name: The Store at the End of Main Street  # DF406
```

Passes:

```yaml dfsync.yaml
version: 1
max_lengths: {name: 20}
```

```yaml sites/downtown.yaml
id: site-123
name: Main Street
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Site
from dfsync.validation.rule import Rule
from dfsync.validation.texts import contact_texts, site_texts

RULE = Rule("DF406")


def check(site: Site, config: Config) -> Iterator[Finding]:
    """Yield a finding for each text of a site that is longer than its limit."""
    if config.max_lengths:
        for path, text in site_texts(site):
            name = "groups" if path[0] == "groups" else ".".join(map(str, path))
            if message := _message(name, text, config):
                yield Finding(RULE.code, message, site.place, path)


def check_contact(contact: Contact, config: Config) -> Iterator[Finding]:
    """Yield a finding for each text of a contact that is longer than its limit."""
    if config.max_lengths:
        for path, text in contact_texts(contact):
            if message := _message(f"contacts.{path[0]}", text, config):
                yield Finding(RULE.code, message, contact.place, path)


def _message(name: str, text: str, config: Config) -> str | None:
    most = config.max_lengths.get(name)
    if most is None or len(text) <= most:
        return None
    return f"the text has {len(text)} characters, {name} may have {most} (max_lengths)"
