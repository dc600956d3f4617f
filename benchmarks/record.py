"""One site of the benchmark's repositories, whichever data it comes from."""

from __future__ import annotations

from dataclasses import dataclass

SEED = 20261122


@dataclass(frozen=True)
class Record:
    """One site."""

    id: str
    name: str
    address: dict[str, str]
    groups: list[str]
    escalation_path: str
    timezone: str
    currency: str
    hours: list[dict[str, object]]
    internal_id: int
