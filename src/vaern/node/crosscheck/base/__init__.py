"""Shared by all rooms of the cross-check: holders, keys, labels, and what a side sees of a disclosure."""
