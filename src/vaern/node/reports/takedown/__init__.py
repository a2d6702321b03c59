"""Trace, notify, hold, re-check, block; and the host's portal."""
