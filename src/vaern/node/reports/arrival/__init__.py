"""Turn arrivals into reports, once: coded, scored, tied to earlier reports, stopped where the law stops them."""
