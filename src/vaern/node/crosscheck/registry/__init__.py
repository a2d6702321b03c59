"""The registry: which records hold which keys, and which of them met."""
