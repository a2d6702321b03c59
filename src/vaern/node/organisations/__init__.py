"""Members (countries), organisations, people, roles, sign-in, and who may see what."""
