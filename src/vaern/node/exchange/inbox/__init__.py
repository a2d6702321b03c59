"""What comes from other nodes: kept as it comes, taken in once and in its order."""
