"""Public appeals: an object in words, approved by two people, and the tips received in answer."""
