"""The parts that only GitHub needs: its runner, its API, the comment and the issue, and the reviewed plan."""
