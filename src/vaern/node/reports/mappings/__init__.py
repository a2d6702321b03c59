"""Mappings of an organisation: tried on samples, saved in versions, and used to read documents."""
