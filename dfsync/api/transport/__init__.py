"""The way of a request: to which hosts, through which proxy, with which certificates, and what became of it."""
