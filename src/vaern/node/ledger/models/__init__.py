"""The tables of the ledger: its own, and those of witnesses."""

from vaern.node.ledger.models.entries import Checkpoint, Entry, Fold, Leaf, Note, Pending, Subtree
from vaern.node.ledger.models.witnesses import Cosignature, Witness, WitnessedLog

__all__ = [
    "Checkpoint",
    "Cosignature",
    "Entry",
    "Fold",
    "Leaf",
    "Note",
    "Pending",
    "Subtree",
    "Witness",
    "WitnessedLog",
]
