"""External identifiers: what other systems call a report, a series or a case. Knows no kind of record."""
