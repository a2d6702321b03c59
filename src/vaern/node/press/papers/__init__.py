"""Papers: text under an embargo that holds to the second."""
