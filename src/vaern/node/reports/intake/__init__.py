"""Incoming documents: stripped of media, read, and compared with the lists and earlier items."""
