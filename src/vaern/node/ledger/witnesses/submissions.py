"""What a witness is asked, as bytes: an old size, a consistency proof, and a checkpoint. Pure.

C2SP tlog-witness, `add-checkpoint`, at 5ba5ee8, read on 2026-11-30.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from vaern.proofs.checkpoints import Checkpointed, CheckpointError
from vaern.proofs.notes import SignedNote
from vaern.proofs.proof_files import DECIMAL, hashes

LARGEST = 250_000
"""Bytes of a request: 63 hashes and sixty-four signatures of ML-DSA-44 are 220,000."""

LARGEST_SIZE = (1 << 63) - 1
"""Of a ledger: what PostgreSQL holds."""

OLD = re.compile(r"old (\S*)\Z", re.ASCII)


class Malformed(CheckpointError):
    """A request cannot be read; the message says what is wrong."""


@dataclass(frozen=True)
class Submission:
    """A request to cosign.

    Attributes:
        old: the size that the asker takes for the last that the witness cosigned.
        proof: the consistency proof from it, empty where there is nothing to prove.
        note: the checkpoint with its signatures.
        checkpoint: its content.
    """

    old: int
    proof: tuple[bytes, ...]
    note: SignedNote
    checkpoint: Checkpointed

    @classmethod
    def parse(cls, body: bytes) -> Submission:
        """Read a request.

        A checkpoint with extension lines is refused. C2SP discourages them, nobody audits them, and what a witness
        keeps and shows to everybody would be text of somebody else's.

        Raises:
            Malformed: it is none.
        """
        if len(body) > LARGEST:
            raise Malformed(f"a request has at most {LARGEST} bytes")
        try:
            head, _, note = body.decode("utf-8").partition("\n\n")
            first, *lines = head.split("\n")
            signed = SignedNote.parse(note)
            checkpoint = Checkpointed.parse(signed.text)
            proof = hashes(lines)
        except UnicodeDecodeError:
            raise Malformed("the request is not UTF-8") from None
        except CheckpointError as error:
            raise Malformed(str(error)) from None
        old = OLD.match(first)
        if old is None or not DECIMAL.match(old[1]):
            raise Malformed("the first line is: old, a space, and a size in decimal")
        if max(int(old[1]), checkpoint.size) > LARGEST_SIZE:
            raise Malformed("no ledger is so large")
        if signed.text != checkpoint.text():
            raise Malformed("this witness takes no extension lines")
        return cls(int(old[1]), proof, signed, checkpoint)


def submission(old: int, proof: list[bytes], note: str) -> bytes:
    """Return the request to cosign a checkpoint.

    Args:
        old: the size that the witness cosigned last.
        proof: from there to the checkpoint's size; empty where old is 0 or that size.
        note: the checkpoint.
    """
    lines = [f"old {old}", *(base64.b64encode(hash_).decode() for hash_ in proof), "", note]
    return "\n".join(lines).encode()
