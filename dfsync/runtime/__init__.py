"""What all of dfsync runs on: the garbage collector, the cores of the machine, and the files that come with it."""
