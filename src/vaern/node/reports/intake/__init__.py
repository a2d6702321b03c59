"""Documents at the door: read, freed of media, compared with the lists and the items that are known."""
