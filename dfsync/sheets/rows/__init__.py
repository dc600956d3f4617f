"""What the rows of a table say of sites and contacts."""
