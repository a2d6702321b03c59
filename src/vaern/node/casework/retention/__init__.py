"""Retention: every record of casework has an end date; at it the record is erased, unless a person kept it before."""
