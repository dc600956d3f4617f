"""Days of traffic: their counts, where one begins, the stretches between changes of clocks, and the vote of each."""
