"""Groups that differ only in case, spaces or punctuation.

For the API these are two groups, and figures for one of them leave out the sites of the other. dfsync reports each
spelling but the one that most sites use.

Fails:

```yaml
sites:
  - {id: site-1, name: One, groups: [West Coast]}
  - {id: site-2, name: Two, groups: [West Coast]}
  - {id: site-3, name: Three, groups: [west-coast]}  # DF310
```

Passes:

```yaml
sites:
  - {id: site-1, name: One, groups: [West Coast]}
  - {id: site-2, name: Two, groups: [West Coast]}
  - {id: site-3, name: Three, groups: [West Coast]}
```
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

from dfsync.findings import Finding, Severity
from dfsync.model.text import counted, normal, shortened
from dfsync.validation.rule import Repository, Rule

RULE = Rule("DF310", Severity.HINT)


def check(repository: Repository) -> Iterator[Finding]:
    """Yield a finding for each group that is spelled nearly like one that more sites have, at its first site."""
    names: Counter[str] = Counter()
    for groups, sites in Counter(site.groups for site in repository.sites).items():
        names.update(dict.fromkeys(map(normal, groups), sites))
    alike: dict[str, list[str]] = {}
    for name, _ in names.most_common():
        alike.setdefault("".join(filter(_counts, name.casefold())), []).append(name)
    usual = {name: of[0] for key, of in alike.items() if key for name in of[1:]}
    for site in repository.sites if usual else ():
        for name in map(normal, site.groups):
            if (other := usual.pop(name, None)) is not None:
                message = (
                    f"the groups {shortened(name, 40)} of {counted(names[name], 'site')} and {shortened(other, 40)} of "
                    f"{counted(names[other], 'site')} differ only in case, spaces or punctuation"
                )
                help = f"if it is the same group, use one spelling: {shortened(other, 40)}"
                yield Finding(RULE.code, message, site.place, ("groups",), help=help)


def _counts(character: str) -> bool:
    """Whether a character makes another name: all but punctuation, spaces and what only shapes the text around it."""
    category = unicodedata.category(character)
    return category[0] not in "PZ" and category != "Cf"
