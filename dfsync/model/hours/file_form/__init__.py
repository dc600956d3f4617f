"""Hours as files write them: read strictly, and with an offer where something else stands there."""
