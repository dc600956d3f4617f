"""A call with everything around it: its token, its retries, and the pages of an export."""
