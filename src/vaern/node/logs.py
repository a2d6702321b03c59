"""Structured logs: a line of JSON an event, of fields that are on a list; everything else is dropped."""

from __future__ import annotations


def configure() -> None:
    """Set up logging for the whole process."""
