"""How two releases of a list differ: added, recalled, set aside, ended, of another class, with other hashes."""
