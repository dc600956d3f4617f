"""Reading YAML: documents whose text stays text, and the place of each value."""
