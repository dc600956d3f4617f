"""From files to what they say: trees, YAML with positions, configuration, edits."""
