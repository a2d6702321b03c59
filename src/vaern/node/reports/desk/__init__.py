"""The work list and the page of a report: claim, filter, act."""
