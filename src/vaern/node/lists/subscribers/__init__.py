"""Who uses which signed release of a list: their keys, what they acknowledged, and who is overdue."""
