"""Journalists: they register and confirm their address, an officer verifies and decides, and they get one badge."""
