"""Hours as files write them. They are read strictly, and a problem offers what to write instead."""
