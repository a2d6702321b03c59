"""Releases of lists as targets of a TUF repository: organisations of different countries sign, anybody may mirror.

The Update Framework (TUF, specification 1.0.31) protects against mirrors and stolen keys; this room adds that the
signatures under a list come from different countries. Nothing here opens a connection: a mirror is handed in.
"""
