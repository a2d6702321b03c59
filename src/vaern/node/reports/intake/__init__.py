"""Arrivals become reports: idempotent, with their duplicates found."""
