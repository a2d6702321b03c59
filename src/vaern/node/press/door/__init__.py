"""The door: a phone that works off line and holds nobody's name, and a page for whoever has no script."""
