"""What is known of one site: what its files say and where, what live says, and what the last apply sent."""
