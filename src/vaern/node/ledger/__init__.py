"""The append-only account of every read and release: record, prove, verify."""
