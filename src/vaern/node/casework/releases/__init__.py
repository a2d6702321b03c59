"""Letting another organisation see a record: terms, preview, recall and its acknowledgement."""
