"""Unknown currency.

Currencies are codes of ISO 4217: three capital letters, such as USD.

Fails:

```yaml
id: site-123
name: Downtown Store
currency: Euro  # DF108
```

Passes:

```yaml
id: site-123
name: Downtown Store
currency: EUR
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.findings import Finding
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.model.text import normal, shortened
from dfsync.validation.geography.countries import is_currency, nearest_currency
from dfsync.validation.rule import Rule

RULE = Rule("DF108")


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding when the currency is no code of ISO 4217."""
    code = site.fields.get("currency")
    if not isinstance(code, str) or not normal(code) or is_currency(normal(code)):
        return
    better = nearest_currency(normal(code))
    help = f"write {better}" if better else "use the code of three letters, in the form USD"
    message = f"{shortened(code, 40)} is not a currency of ISO 4217"
    yield Finding(RULE.code, message, site.place, ("currency",), help=help)
