"""Shared by all rooms of the press: events and papers, page helpers, local times, labels."""
