"""Disclosures: two sides of a meeting agree to say who they are. Until both did, neither learns of the other."""
