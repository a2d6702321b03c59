"""Formats of dates and numbers: European, also in English."""
