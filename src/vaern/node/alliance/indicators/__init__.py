"""What the alliance counts: definitions as data, folds over the ledger, values that can be computed again."""
