"""What dfsync remembers of a target: digests of what was last applied, a history, a lock."""

from dfsync.state.store import Store, open_store
from dfsync.state.target_state import TargetState

__all__ = ["Store", "TargetState", "open_store"]
