"""The traffic API: reports, and declared hours against observed traffic."""
