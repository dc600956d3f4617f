"""What only GitHub has: its runner, its API, the comment and the issue, and the plan that was reviewed."""
