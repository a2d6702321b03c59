"""The search that is on every page: what a text looks like, what each room finds by it, one entry for each search."""
