"""Finds plain scalars that dfsync reads as text and other YAML readers as a number, a boolean or a date.

Sources: https://yaml.org/type/ for YAML 1.1, as PyYAML resolves it, and the core schema of YAML 1.2,
https://yaml.org/spec/1.2.2/#103-core-schema.
"""

from __future__ import annotations

import re

_BOOLEANS = frozenset(
    "y Y yes Yes YES n N no No NO true True TRUE false False FALSE on On ON off Off OFF".split()  # noqa: SIM905  (as a list, each would be a line)
)
SUSPECT = frozenset("0123456789+-.=<") | frozenset(word[0] for word in _BOOLEANS)
"""The characters with which a scalar begins that is more than text to some reader."""


def other_reading(text: str) -> str | None:
    """Return what another YAML reader (1.1 or 1.2) makes of a plain scalar; None if all read text."""
    if text[0].isalpha():
        return "a boolean" if text in _BOOLEANS else None
    found = _OTHERS.fullmatch(text)
    return _NAMES[found.lastgroup] if found and found.lastgroup else None


_NUMBER = r"""
    [-+]?0b[01_]+                                               # 1.1: binary
  | [-+]?0o?[0-7_]+                                             # 1.1 and 1.2: octal
  | [-+]?0x[0-9a-fA-F_]+                                        # hexadecimal
  | [-+]?[0-9][0-9_]*                                           # decimal
  | [-+]_[0-9_]*                                                # no specification's, but some read +_1 so
  | [-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+                          # 1.1: sexagesimal, 18:59 is 1139
  | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*
  | [-+]?(?:[0-9][0-9_]*)?\.[0-9_]*(?<![-+.])(?:[eE][-+]?[0-9]+)?
  | [-+]?[0-9][0-9_]*\.(?:[eE][-+]?[0-9]+)?
  | [-+]?[0-9][0-9_]*[eE][-+]?[0-9]+                            # 1.2: 1e3
  | [-+]?\.(?:inf|Inf|INF)
  | \.(?:nan|NaN|NAN)
"""
_DATE = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*)?"
# Streets and ids begin like numbers: that they are none is seen at once where a sign or blank stands inside.
_LIKE_A_NUMBER = r"(?= [-+]?[0-9A-Za-z_.:]+ (?:(?<=[eE])[-+][0-9]+)? \Z)"
_OTHERS = re.compile(rf"(?P<date>{_DATE}) | (?P<key>=|<<) | (?P<number>{_LIKE_A_NUMBER} (?:{_NUMBER}))", re.VERBOSE)
_NAMES = {"number": "a number", "date": "a date", "key": "a special key"}
