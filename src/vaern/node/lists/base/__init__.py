"""What every room of lists needs: changes of entries, lists on disk, names, look-ups of entries."""
