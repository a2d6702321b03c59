"""Calls between nodes: one request and its answer, an envelope each way."""
