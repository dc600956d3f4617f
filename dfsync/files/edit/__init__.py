"""Edits YAML in place: every byte outside the changed values stays as it was."""
