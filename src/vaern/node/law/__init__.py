"""What law a node works by, as dated rows: each version kept, each with its source, and who compared it with that."""
