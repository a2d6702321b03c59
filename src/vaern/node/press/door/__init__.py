"""The door: a phone app that works offline without names, and a page that works without a script."""
