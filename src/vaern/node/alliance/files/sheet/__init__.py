"""The spreadsheet of a reply, without the database: its package, its cells, its layout, and what can be wrong."""
