"""What is decided of hash lists without a database. Pure; no Django."""
