"""Lists and other nodes: told at once of newer releases and of recalls, which are acknowledged back."""
