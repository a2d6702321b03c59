"""Events: planned, opened, closed by the clock of their place, over, and their list destroyed."""
