"""What becomes of what is sent: of a row, of a field, and the events that tell of it."""
