"""What is counted of lists by month: entries by source and country, votes, look-ups, hits, recalls, and how fast."""
