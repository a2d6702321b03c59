"""Private comparisons with organisations of other nodes: the messages of each step, taken in."""
