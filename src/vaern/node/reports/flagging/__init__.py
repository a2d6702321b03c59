"""Trusted flaggers: the status of an organisation, and the yearly report under the DSA, article 22(3)."""
