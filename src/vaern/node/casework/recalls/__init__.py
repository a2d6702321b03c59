"""Recalls: which wait for whom, which are overdue, and how a recipient acknowledges one and deals with its own copy."""
