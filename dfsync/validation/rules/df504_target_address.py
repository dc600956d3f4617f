"""Address of a target that is not allowed.

`base_url` and `auth_url` are https addresses without user name, query and fragment. Plain http is allowed only for
your own computer, because a token must not be sent where others can read it.

Fails:

```yaml dfsync.yaml
version: 1
targets:
  staging: {customer_id: 456, base_url: "http://api.example.com"}  # DF504
```

Passes:

```yaml dfsync.yaml
version: 1
targets:
  staging: {customer_id: 456, base_url: "https://api.example.com"}
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfsync.findings import Finding
from dfsync.model.place import CONFIG_PLACE
from dfsync.model.settings import Config
from dfsync.model.text import shortened
from dfsync.validation.rule import Rule

RULE = Rule("DF504")
_URL = r"(?i)(https?)://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~-]*)*"
_LOOPBACK = r"(?i)localhost|127(\.[0-9]{1,3}){3}|\[::1\]"


def check(config: Config) -> Iterator[Finding]:
    """Yield a finding for each address that no token may go to."""
    for name, target in config.targets.items():
        for key, url in (("base_url", target.base_url), ("auth_url", target.auth_url)):
            found = re.fullmatch(_URL, url)
            path = ("targets", name, key)
            if found is None:
                message = f"{shortened(url, 60)} is not an address"
                yield Finding(RULE.code, message, CONFIG_PLACE, path, help="the form is https://HOST/PATH")
            elif found[1].lower() == "http" and not re.fullmatch(_LOOPBACK, found[2]):
                message = f"{shortened(url, 60)} is not https: a token would travel where anybody can read it"
                yield Finding(RULE.code, message, CONFIG_PLACE, path, help="use https://")
