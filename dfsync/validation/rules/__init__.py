"""The rules, one module each. `entry_rules` and `repository_rules` list them by what they are called with.

A module without a check holds only the manual: what it describes is found while a file is read, and `RULE.found_in`
names the module that finds it. So DF001 to DF104 are found by the readers and the schema, and DF201 to DF209 by
`dfsync.model.hours.file_form.read` and `dfsync.files.resolve`.
"""
