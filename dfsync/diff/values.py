"""What a diff says: one cell before and after, and why it differs. Values, never words or colours."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Cause(StrEnum):
    """Why a field differs: the files changed, live was edited elsewhere, or both."""

    CHANGE = "change"
    DRIFT = "drift"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One cell: `before` and `after` in the plan file's form (text, list, the API's hours, None for empty)."""

    field: str
    column: str
    before: Any
    after: Any
    cause: Cause = Cause.CHANGE
