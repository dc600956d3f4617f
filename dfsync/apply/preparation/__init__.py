"""What an apply does before the first byte is sent: it remembers, plans, asks the guards, and reads live again."""
