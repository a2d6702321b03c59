"""Entries that the node sets aside by itself: hit by a flood, junk, or on a list of what is never to be listed."""
