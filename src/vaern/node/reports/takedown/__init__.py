"""Takedown: trace, notify, hold, re-check, block, and the host portal."""
