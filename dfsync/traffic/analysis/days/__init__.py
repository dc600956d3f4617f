"""Days of traffic: their counts, when a day begins, stretches between changes of clocks, and the vote of each day."""
