"""The work list and the sheet of a report: claim, filter, act."""
