"""Commands of Django that are a little different here."""
