"""Where files are: on disk, in the index, in a revision, in the cache."""
