"""`vaern serve`: what is made ready, which processes run, who watches them, and how they stop."""
