"""Rescue priority and completeness: two scores that explain themselves, from weights that are data."""
