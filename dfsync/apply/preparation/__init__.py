"""The steps of an apply before the first byte is sent: it loads the state, plans, asks the guards, reads live again."""
