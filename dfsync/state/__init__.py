"""The state of a target: what was last applied, as digests, with a history and a lock."""

from dfsync.state.store import Store, open_store
from dfsync.state.target_state import TargetState

__all__ = ["Store", "TargetState", "open_store"]
