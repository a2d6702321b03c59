"""What every room needs: the node's own keys and card, the kinds of message, a peer's row and its keys."""
