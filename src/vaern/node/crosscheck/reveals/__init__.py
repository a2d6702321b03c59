"""Reveals: two sides of a meeting agree to say who they are. Until both did, neither learns anything of the other."""
