"""Deconfliction without a hub: two organisations count what both hold, and people decide on more. An experiment."""
