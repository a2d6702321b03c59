"""A series at another desk and home again; *known?*; identified, safeguarded, closed, and who is told."""
