"""The state of a target: what was last applied, as digests, with a history and a lock."""
