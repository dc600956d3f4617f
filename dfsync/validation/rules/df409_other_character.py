r"""Character that looks like another.

Text that was copied from a web page or a document often has a no-break space, a typographic dash, a full-width colon or
a Cyrillic letter in it. Such a character looks like the one that was meant, but it makes a different text: a search
does not find it, and an id that has it is the id of another site. dfsync looks everywhere for unusual blanks and for
words that mix letters of two alphabets. In ids, e-mail addresses, telephone numbers and postal codes it also looks for
everything that resembles a character of ASCII.

Fails:

```yaml
id: "site\u2011123"  # DF409
name: Downtown Store
```

Passes:

```yaml
id: site-123
name: Downtown Store
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfsync.files.edit.write import scalar
from dfsync.findings import Finding, Severity
from dfsync.model.likeness.characters import BLANKS, COMMAS, LETTERS, SYNTAX, is_mixed, named, shown
from dfsync.model.text import shortened
from dfsync.validation.rule import Rule, Text
from dfsync.validation.rules.df408_quotes_in_text import inside_quotes

RULE = Rule("DF409", Severity.WARNING)
_CODES = frozenset({"id", "email", "phone", "postal_code"})
_JUDGED_ELSEWHERE = frozenset({"timezone", "currency"})
_WORD = re.compile(r"\w+")
_OTHERS = frozenset((*BLANKS, *LETTERS, *SYNTAX))


def check(text: Text) -> Iterator[Finding]:
    """Yield a finding for the first character that looks like the one that was meant."""
    value = text.value.strip()
    if (
        value.isascii()
        or _OTHERS.isdisjoint(value)
        or text.path[-1] in _JUDGED_ELSEWHERE
        or inside_quotes(value) is not None
    ):
        return
    is_group = isinstance(text.path[-1], int)
    meant = {**BLANKS, **_letters(value), **(SYNTAX if text.path[-1] in _CODES else {})}
    if is_group:
        meant.update(COMMAS)
    place = next((place for place, character in enumerate(value) if character in meant), None)
    if place is None:
        return
    where = f"after “{shortened(value[:place][-20:], 40)}”" if place else "at the start"
    message = f"{named(value[place])} stands {where} where {shown(meant[value[place]])} was meant"
    mended = "".join(meant.get(character, character) for character in value)
    if "," in mended and text.path[-1] in _CODES:
        yield text.finding(RULE.code, message, "take it out")
    elif "," in mended and is_group:
        yield text.finding(RULE.code, message, f"list each group by itself: {shortened(mended, 60)}")
    else:
        yield text.finding(RULE.code, message, f"write {scalar(mended, flow=True)}")


def _letters(value: str) -> dict[str, str]:
    """Return the Latin letters that were meant in words that mix two alphabets, when that makes them of one."""
    mixed = [word for word in _WORD.findall(value) if is_mixed(word)]
    foreign = {letter for word in mixed for letter in word if letter in LETTERS}
    mended = [word.translate(str.maketrans(LETTERS)) for word in mixed]
    return {letter: LETTERS[letter] for letter in foreign} if not any(map(is_mixed, mended)) else {}
