"""Look-ups: who may ask the look-up service, under which policy and law, and what it answered."""
