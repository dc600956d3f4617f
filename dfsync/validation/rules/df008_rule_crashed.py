"""Rule that failed.

A rule of dfsync itself failed on this entry, so that the entry was not checked by it. Nothing else is hidden by that,
but a run that checked less than it should is not green.

This is a defect of dfsync. Please report it, with the entry if you may share it.
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF008", safety=True)
