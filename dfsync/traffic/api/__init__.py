"""The client side of the traffic API: requests, answers, and the internal ids of sites."""
