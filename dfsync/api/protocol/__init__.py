"""The values that dfsync and the API exchange: endpoints, answers, events of requests, errors."""
