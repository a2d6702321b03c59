"""The append-only ledger of every read and release: record, prove, verify."""
