"""Hash lists of the demonstration: who keeps them, who disagrees, who looks up what, and what is undone."""
