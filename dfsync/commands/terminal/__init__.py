"""What a command shows and asks on a terminal."""
