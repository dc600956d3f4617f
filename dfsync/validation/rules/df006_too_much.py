"""More than a person writes.

The file is nested deeper than 100 levels, its aliases expand to far more than what is written, or it has more problems
than anybody reads in one go. The first two are how files are made that bring a reader to its knees; no site needs them.
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF006", safety=True)
