"""Witnesses: nodes and others that cosign a ledger's checkpoints, so that nobody rewrites a ledger unseen.

By C2SP's tlog-cosignature, tlog-witness, tlog-policy and tlog-proof (docs/reference/witnesses.md). This node asks the
witnesses that it was told of, and is itself a witness of the ledgers that it was told of.
"""
