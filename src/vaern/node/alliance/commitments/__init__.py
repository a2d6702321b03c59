"""What members commit themselves to, version by version, and the rounds in which they report."""
