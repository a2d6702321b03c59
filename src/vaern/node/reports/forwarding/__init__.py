"""To another organisation, and the outcome home; what a sender sees."""
