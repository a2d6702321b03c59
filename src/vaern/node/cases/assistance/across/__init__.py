"""Requests for assistance between authorities on two nodes: the request, and what either side says of it later."""
