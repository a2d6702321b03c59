"""What is decided without a database, one file a subject; the life of a report first (`states`). Pure; no Django."""
