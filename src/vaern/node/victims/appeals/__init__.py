"""Public appeals: an object in words, approved by two people, and the tips that come of it."""
