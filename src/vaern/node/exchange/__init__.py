"""The exchange: what passes between nodes of different countries. It knows no kind of record."""
