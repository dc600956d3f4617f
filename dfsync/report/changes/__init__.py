"""Changes as reports show them, of a plan and between two revisions: by harm, equal ones in groups."""
