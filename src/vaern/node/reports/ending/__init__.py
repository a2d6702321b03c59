"""The end of a report: closing, reopening, retention, erasure; and what of it has left the node."""
