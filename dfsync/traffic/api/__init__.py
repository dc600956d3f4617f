"""The traffic API: requests, answers, and which internal id is which site's."""
