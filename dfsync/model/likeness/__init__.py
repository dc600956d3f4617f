"""What looks like something else: letters, other characters, and words that are nearly the same."""
