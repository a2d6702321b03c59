"""The manual: the documentation of this repository, rendered inside the node, and which page of it helps where."""
