"""Opening hours: a week of spans, how people and the API write it, and how it is read and written."""
