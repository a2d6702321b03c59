"""Shared by all rooms of reports: claims, locks, sealed content, conclusions, and the names pages use."""
