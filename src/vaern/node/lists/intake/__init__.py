"""Intake: a list comes in as a file, is read whole, compared with what is there, and taken when a person says so."""
