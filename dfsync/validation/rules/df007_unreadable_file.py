"""File that cannot be read.

A file that a pattern of dfsync.yaml matches can't be read: no permission, no plain file, larger than 10 MB, a link that
leaves the repository or leads nowhere, or a conflict that is not resolved. What is in it was not checked, so the run
fails.

Give permission, or change `sites` and `contacts` in dfsync.yaml so that they don't match it.
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF007", safety=True)
