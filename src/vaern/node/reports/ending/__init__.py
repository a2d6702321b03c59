"""The end of a report: closed, opened again, kept longer, erased; and what of it has left the house."""
