"""What differs: desired against live and last applied, field by field."""
