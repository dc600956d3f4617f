"""An invocation of a command: its context, its options, its plan and its output."""
