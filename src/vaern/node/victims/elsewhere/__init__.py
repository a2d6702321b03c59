"""Series on other nodes: what goes there of ours, and the copies of theirs that are here."""
