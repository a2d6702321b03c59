"""Arrivals become reports, once: numbered, scored, tied to what came before, stopped where the law stops them."""
