"""The HTTP server of the sandbox: routes, faults, limits and the log, each request through one layer after another."""
