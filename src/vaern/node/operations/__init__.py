"""Health, metrics, backup and restore."""
