"""The lists and their entries: made, read, searched by hash, put in quarantine, recalled; how lists end."""
