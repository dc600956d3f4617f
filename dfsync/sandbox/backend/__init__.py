"""What is behind the API of the sandbox: sites, contacts, tokens and the log in one database, and the import."""
