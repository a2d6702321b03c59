"""Stores of objects as what a scan looks through: they are listed, and fetched object by object for the workers.

The scan's own process fetches, for a worker has no network. An object lies in memory, or in a deleted file while it is
large, until its worker is done with it. The room needs `pip install vaern[store]`.
"""
