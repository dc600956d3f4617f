"""Plain values: what a site, a contact and a week of opening hours are, and when two of them are equal."""
