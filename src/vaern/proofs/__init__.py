"""What anybody can check of a node's ledger, without a node: signed checkpoints, Merkle proofs, notes of witnesses.

`checkpoints` and `notes` are C2SP's formats, `policy` says whose notes are enough, `proof_files` and `calls` are proofs
that a person carries to somebody else. The room knows neither a node nor a database.
"""
