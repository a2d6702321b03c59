"""The gate of a service: it hashes what is about to be stored, and asks lists or a node by hash alone.

A process on the machine of the service. Nothing of an upload leaves its memory: not to a disk, not into a log, not to
the node.
"""
