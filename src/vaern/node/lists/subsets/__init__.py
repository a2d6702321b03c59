"""Subsets of a list: which of its entries a recipient gets, by the licence and the legal basis of each."""
