"""The work on cases: people, statements, identifiers, timeline, tasks; merge and hand over."""
