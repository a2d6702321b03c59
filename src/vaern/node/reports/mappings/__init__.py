"""Mappings that an organisation keeps, tries, changes by new versions, and reads documents by."""
