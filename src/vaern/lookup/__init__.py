"""The look-up service: signals in, what the lists say of them out, over mapped list packages and without a database.

A process of its own. What it may do for whom stands in `callers.json`; what it did is in the spool before an answer
leaves it. Nothing here takes a file, a picture or an address to fetch one from.
"""
