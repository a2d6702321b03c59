"""Holding a cosigned checkpoint against a policy. Pure.

C2SP tlog-policy: a checkpoint is valid if one of the ledgers signed it, and a quorum of witnesses cosigned it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.proofs.checkpoints import Checkpointed, CheckpointError
from vaern.proofs.notes import SignedNote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.proofs.note_keys import NoteKey
    from vaern.proofs.policy import Policy


class NotWitnessed(CheckpointError):
    """A checkpoint is signed, but too few witnesses cosigned it; the message says who did."""


@dataclass(frozen=True)
class Witnessed:
    """A checkpoint that satisfies a policy.

    Attributes:
        checkpoint: its content.
        cosigned: the witnesses by their names in the policy, and when each cosigned, in seconds since 1970.
    """

    checkpoint: Checkpointed
    cosigned: dict[str, int]


def witnessed(note: str, policy: Policy, ours: Iterable[NoteKey] = ()) -> Witnessed:
    """Verify a checkpoint with all that the policy knows of its signatures.

    Args:
        note: the checkpoint.
        policy: the policy.
        ours: keys of ledgers that are accepted beside those of the policy.

    Raises:
        NotWitnessed: it is signed by its ledger, and the witnesses are no quorum.
        CheckpointError: it is malformed, no known ledger of its origin signed it, or a known key's signature is wrong.
    """
    signed = SignedNote.parse(note)
    checkpoint = Checkpointed.parse(signed.text)
    logs = [key for key in (*ours, *(party.key for party in policy.logs.values())) if key.name == checkpoint.origin]
    if not logs:
        raise CheckpointError(f"{checkpoint.origin} is no ledger of the policy")
    if not signed.signed_by(logs):
        raise CheckpointError(f"{checkpoint.origin} has not signed this")
    at = signed.signed_by(policy.witness_keys())
    cosigned = {name: at[party.key] for name, party in policy.witnesses.items() if at.get(party.key)}
    if not policy.holds(set(cosigned)):
        who = ", ".join(sorted(cosigned)) or "nobody"
        raise NotWitnessed(
            f"the checkpoint of {checkpoint.size} entries is cosigned by {who}: the policy asks for more"
        )
    return Witnessed(checkpoint, cosigned)
