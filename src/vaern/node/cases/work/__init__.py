"""Cases: people, statements, identifiers, timeline, tasks; merge and hand over."""
