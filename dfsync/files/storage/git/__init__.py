"""What git knows of the files: those of a revision or of the index, commits, and where a forge shows them."""
