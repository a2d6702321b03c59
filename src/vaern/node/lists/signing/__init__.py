"""Signed releases of lists: proposed here, signed elsewhere, announced by the node (`vaern.trust`)."""
