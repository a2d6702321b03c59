"""Who belongs to the alliance, since when, and who backs it."""
