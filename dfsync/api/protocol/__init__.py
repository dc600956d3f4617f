"""What passes between here and the API, as values: endpoints, answers, events of requests, errors."""
