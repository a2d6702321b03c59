"""What members commit themselves to, as data with versions: policy targets, goals, actions, capabilities."""
