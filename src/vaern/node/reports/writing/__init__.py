"""Reports that a person writes: what came by telephone, letter or at the door, and those of a small platform."""
