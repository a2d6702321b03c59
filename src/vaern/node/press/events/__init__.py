"""Events from planning to the end: opened, closed by their local time, over, list destroyed."""
