"""The demonstration of an alliance as it is meant to be: a node for each of two countries, one for the hub, a story."""
