"""Today: the front page of whoever is signed in, what they set aside, and the mail that says that something waits."""
