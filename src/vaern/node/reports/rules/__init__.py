"""Decisions without a database, one file for each subject; begin with the life of a report (`states`). No Django."""
