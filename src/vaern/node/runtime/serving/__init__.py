"""`vaern serve`: preparation, processes, supervision and shutdown."""
