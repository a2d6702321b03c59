"""The demonstration: a synthetic alliance, made by running the real actions. Fictional to the last word."""
