"""Recalls of entries: what rested on them, whom that concerns, and whether everybody was told."""
