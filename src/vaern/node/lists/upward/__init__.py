"""Feedback up: what an organisation found of an entry is sent to the source of its list, when a person says so."""
