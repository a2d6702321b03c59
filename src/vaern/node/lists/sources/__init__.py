"""Sources: a list is fetched from the service of others, compared as a file is, and taken by a person or by a rule."""
