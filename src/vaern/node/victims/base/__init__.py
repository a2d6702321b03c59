"""What every room of victims needs: the lock and the life of a series, how it is found, named and drawn."""
