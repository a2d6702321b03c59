"""The look-up service: hashes in, hits and a verdict out, without a database in the request's path."""
