"""Shared by all rooms of victims: locking a series and changing its state, look-ups, labels and page helpers."""
