"""Days of traffic: their counts, when a day begins, the stretches between changes of clocks, and the vote of each day."""
