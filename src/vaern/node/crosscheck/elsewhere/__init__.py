"""What this node, as a member, tells a hub of its records, and what it says to other members through it."""
