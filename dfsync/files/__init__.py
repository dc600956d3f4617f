"""Reads the files of a repository: trees of files, YAML with positions, configuration, and edits in place."""
