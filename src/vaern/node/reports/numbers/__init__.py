"""Room of the desk's numbers: what is open and how old, how long things take, what is overdue. Counts only."""
