"""A member's reply as a spreadsheet: fetched, filled in off line, read back, compared, taken whole or not at all."""
