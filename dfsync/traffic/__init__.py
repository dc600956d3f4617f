"""Everything about the traffic API: reports, and declared hours compared with observed traffic."""
