"""Proof files of entries, with the newest checkpoint that a policy calls witnessed."""

from __future__ import annotations

from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.leaf import leaf_bytes
from vaern.node.ledger.models import Entry
from vaern.node.ledger.proofs import NoProof, inclusion_proof, position_of
from vaern.node.ledger.witnesses.queries import newest_witnessed
from vaern.proofs.note_keys import NoteKey
from vaern.proofs.policy import Policy
from vaern.proofs.proof_files import Proof


def proof_of(entry: int, policy: Policy | None = None) -> Proof:
    """Return the proof that an entry is in the ledger; it was verified as whoever gets it verifies it.

    Args:
        entry: its number.
        policy: that the checkpoint satisfies; None asks for no witness, and takes those that there are.

    Raises:
        NoProof: there is no such entry, or what is witnessed does not reach to it yet.
        CheckpointError: the ledger is not what was cosigned.
    """
    policy = policy or Policy()
    position = position_of(entry)
    newest = newest_witnessed(policy, covering=position + 1)
    if newest is None:
        raise NoProof(f"no checkpoint that the policy calls witnessed reaches to entry {entry}: after the hour it may")
    note, found = newest
    inclusion = tuple(inclusion_proof(position, found.checkpoint.size))
    proof = Proof(leaf_bytes(Entry.objects.get(pk=entry)), position, inclusion, note)
    proof.verify(policy, [NoteKey.parse(str(verifier_key()))])
    return proof
