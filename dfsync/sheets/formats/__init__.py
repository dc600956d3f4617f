"""The formats of spreadsheet files: CSV, .xlsx, .ods and .xls, read into worksheets."""
