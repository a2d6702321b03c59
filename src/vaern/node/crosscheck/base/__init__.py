"""What every room of the cross-check needs: holders, keys, labels, and what a side is told of a disclosure."""
