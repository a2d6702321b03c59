"""What a witness answers, given what it cosigned last. Pure.

C2SP tlog-witness, `add-checkpoint`, at 5ba5ee8, read on 2026-11-30. A witness never cosigns two roots of one size, nor
a smaller size than before, nor a tree that does not begin with the one that it cosigned last.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.proofs.checkpoints import CheckpointError
from vaern.proofs.merkle import EMPTY, verify_consistency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.ledger.witnesses.submissions import Submission
    from vaern.proofs.note_keys import NoteKey

BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT, UNPROCESSABLE = 400, 403, 404, 409, 422


class Problem(enum.StrEnum):
    """Why a witness that was asked has not cosigned."""

    SILENT = "silent"
    """It does not answer, or not in time."""
    UNKNOWN = "unknown"
    """It does not know this ledger, or not its key."""
    REFUSED = "refused"
    """It answers something else than the protocol says."""
    UNSIGNED = "unsigned"
    """It says that it cosigned, and no key of it did."""
    LARGER = "larger"
    """It cosigned a size that the ledger never had: the end was cut off, or the ledger was rewritten."""
    OTHER = "other"
    """The ledger does not continue what it cosigned: it was rewritten, or it has two histories."""


ALARMS = frozenset({Problem.LARGER, Problem.OTHER})
"""The answers by which a rewrite shows."""


class Refused(Exception):
    """A witness does not cosign.

    Attributes:
        status: of HTTP.
        text: the body of the answer, with its line feed.
        fork: the ledger's key signed two roots of one size: what was asked, with what the witness keeps, proves it.
    """

    def __init__(self, status: int, text: str, *, fork: bool = False) -> None:
        super().__init__(text)
        self.status, self.text, self.fork = status, f"{text}\n", fork


@dataclass(frozen=True)
class Known:
    """A ledger that a witness was told of.

    Attributes:
        keys: with which it signs.
        size: the last that was cosigned, 0 before the first.
        root: of that size.
    """

    keys: Sequence[NoteKey]
    size: int = 0
    root: bytes = EMPTY


def may_cosign(asked: Submission, known: Known) -> None:
    """Decide whether the checkpoint may be cosigned, in the order in which the specification asks.

    Raises:
        Refused: it may not, and why.
    """
    checkpoint = asked.checkpoint
    try:
        signed = asked.note.signed_by(known.keys)
    except CheckpointError as error:
        raise Refused(FORBIDDEN, str(error)) from None
    if not signed:
        raise Refused(FORBIDDEN, f"no key that is known for {checkpoint.origin} signed this")
    if asked.old > checkpoint.size:
        raise Refused(BAD_REQUEST, f"the old size, {asked.old}, is larger than that of the checkpoint")
    if asked.old != known.size:
        raise Refused(CONFLICT, str(known.size))
    if not checkpoint.size and checkpoint.root != EMPTY:
        raise Refused(UNPROCESSABLE, "a tree without entries has the root SHA-256 of nothing")
    if checkpoint.size == known.size and checkpoint.root != known.root:
        raise Refused(UNPROCESSABLE, f"another root of {known.size} entries was cosigned", fork=True)
    if not asked.old:
        if asked.proof:
            raise Refused(UNPROCESSABLE, "from nothing there is nothing to prove")
    elif not verify_consistency(asked.old, checkpoint.size, asked.proof, known.root, checkpoint.root):
        raise Refused(UNPROCESSABLE, f"the proof does not lead from the {asked.old} entries that were cosigned")
