"""The sandbox's traffic: visitors drawn from a seed, and reports of them."""
