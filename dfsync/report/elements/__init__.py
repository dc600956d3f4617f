"""The elements of all reports: lines, columns and colours of a terminal, Markdown, weeks, and pages of HTML."""
