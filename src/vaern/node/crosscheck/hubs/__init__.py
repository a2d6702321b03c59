"""The page of administrators: which hubs know what of this node, with which key, and what it holds as a hub itself."""
