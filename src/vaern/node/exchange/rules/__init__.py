"""What is decided without a database: messages, envelopes, fingerprints, sequences, the life of a peer."""
