"""One request to one witness: the checkpoint with the proof from what it saw last, and what its answer says.

C2SP tlog-witness at 5ba5ee8, read on 2026-11-30. Nothing is stored here. Over HTTP no transaction is open meanwhile; a
witness that nobody can call is asked by a message of the exchange, and what it says is read by the same rules
(`messages`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from vaern.client.http import ClientError, Http, Limits
from vaern.node.ledger.proofs import consistency_proof, latest_checkpoint
from vaern.node.ledger.witnesses.rules import BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_FOUND, UNPROCESSABLE, Problem
from vaern.node.ledger.witnesses.submissions import LARGEST, submission
from vaern.proofs.checkpoints import Checkpointed, CheckpointError
from vaern.proofs.notes import SignedNote, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vaern.client.http import Answer
    from vaern.proofs.note_keys import NoteKey

PATIENCE = Limits(connect=5.0, read=10.0, whole=20.0, bytes=LARGEST, tries=1)
"""With a witness: it is asked again a minute later."""

REFUSALS = frozenset({BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT, UNPROCESSABLE})

SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n\Z")
TYPE_OF_SIZE = "text/x.tlog.size"


@dataclass(frozen=True)
class Outcome:
    """What came of asking.

    Attributes:
        problem: None where the witness cosigned, or has cosigned more of this ledger already.
        size: of the checkpoint that it cosigned last, as far as its answer says; None where it does not.
        lines: its cosignatures: key, time in seconds since 1970, line.
        old: it saw that size last and not the one that was thought: the proof has to begin there.
    """

    problem: Problem | None = None
    size: int | None = None
    lines: Sequence[tuple[NoteKey, int, str]] = field(default=())
    old: int | None = None


def ask(url: str, keys: Sequence[NoteKey], note: str, old: int, *, here: bool) -> Outcome:
    """Ask a witness to cosign a checkpoint of this node's ledger, once more where it has seen another size.

    Args:
        url: its submission prefix.
        keys: its own.
        note: the checkpoint.
        old: the size that it is known to have cosigned last.
        here: whether it may be on this machine.

    Raises:
        LedgerDamaged: the proof cannot be made.
    """
    try:
        service = Http(url, limits=msgspec.structs.replace(PATIENCE, here=here))
        service.accept = REFUSALS
    except ClientError:
        return Outcome(Problem.SILENT)
    try:
        return _asked(lambda body: service.send("POST", "/add-checkpoint", body, again=False), keys, note, old)
    except ClientError as error:
        return Outcome(Problem.REFUSED if error.status else Problem.SILENT)
    finally:
        service.close()


def _asked(send: Callable[[bytes], Answer], keys: Sequence[NoteKey], note: str, old: int) -> Outcome:
    for _ in range(2):
        outcome = outcome_of(send(request_for(note, old)), keys, note)
        if outcome.old is None:
            return outcome
        old = outcome.old
    return Outcome(Problem.REFUSED)  # another conflict: somebody else asks it too


def request_for(note: str, old: int) -> bytes:
    """Return what a witness is asked: to cosign a checkpoint of this node's ledger, with the proof from an old size.

    Raises:
        LedgerDamaged: the proof cannot be made.
    """
    size = Checkpointed.parse(note).size
    old = min(old, size)
    return submission(old, consistency_proof(old, size) if 0 < old < size else [], note)


def outcome_of(answer: Answer, keys: Sequence[NoteKey], note: str) -> Outcome:
    """Return what an answer says that came of asking to cosign a checkpoint."""
    checkpoint = Checkpointed.parse(note)
    if answer.status == HTTPStatus.OK:
        return _cosigned(answer, keys, note, checkpoint.size)
    if answer.status != CONFLICT:
        problems = {UNPROCESSABLE: Problem.OTHER, FORBIDDEN: Problem.UNKNOWN, NOT_FOUND: Problem.UNKNOWN}
        return Outcome(problems.get(answer.status, Problem.REFUSED))
    seen, latest = _size_of(answer), latest_checkpoint()
    if seen is None:
        return Outcome(Problem.REFUSED)
    if latest is None or seen > latest.size:
        return Outcome(Problem.LARGER, seen)
    return Outcome(None, seen) if seen > checkpoint.size else Outcome(old=seen)


def _size_of(answer: Answer) -> int | None:
    """Return the size in the answer to a conflict, None where it holds none."""
    found = SIZE.match(answer.body)
    return int(found[1]) if found and answer.headers.get("content-type", "").startswith(TYPE_OF_SIZE) else None


def _cosigned(answer: Answer, keys: Sequence[NoteKey], note: str, size: int) -> Outcome:
    """Verify the cosignatures; those of other keys are ignored, and one of ours that does not hold spoils all."""
    try:
        text = SignedNote.parse(note).text
        signed = SignedNote(text, lines_of(answer.body.decode("utf-8")))
        found = signed.signed_by(keys)
    except (CheckpointError, UnicodeDecodeError):
        return Outcome(Problem.UNSIGNED)
    lines = [(key, at, signed.line_of(key)) for key, at in found.items() if at]
    return Outcome(None, size, lines) if lines else Outcome(Problem.UNSIGNED)
