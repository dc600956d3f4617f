"""New sites: the files into which they are written, and what of them becomes a profile or a default."""
