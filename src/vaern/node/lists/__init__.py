"""Hash lists: entries, votes, intake, recalls with their effects, and who may look up what."""
