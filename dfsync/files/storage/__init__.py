"""Where files are: the work tree, git's index or a revision; safe reading and writing of them."""
