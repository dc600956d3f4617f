"""What dfsync remembers of a target: digests of what was last applied, a history, a lock."""

from dfsync.state.ledger import Ledger
from dfsync.state.store import Store, open_store

__all__ = ["Ledger", "Store", "open_store"]
