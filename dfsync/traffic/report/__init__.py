"""Traffic as tables, data, pictures and sentences: one module a format."""
