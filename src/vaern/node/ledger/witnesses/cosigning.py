"""This node as a witness: it cosigns a checkpoint that continues what it cosigned before, and writes that down first.

C2SP tlog-witness at 5ba5ee8, read on 2026-11-30. The row of the ledger is locked from the comparison to the commit, and
a trigger refuses what goes back, so that of two requests at once one is answered with a conflict.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.ledger.acts import LOG_FORKED
from vaern.node.ledger.models import WitnessedLog
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.ledger.witnesses.registry import LOGS, keys_of
from vaern.node.ledger.witnesses.rules import BAD_REQUEST, NOT_FOUND, Known, Refused, may_cosign
from vaern.node.ledger.witnesses.signing import cosigning_keys
from vaern.node.ledger.witnesses.submissions import Malformed, Submission
from vaern.proofs.merkle import EMPTY
from vaern.proofs.notes import SignedNote

if TYPE_CHECKING:
    from datetime import datetime

FRESH = 60.0
"""Seconds for which the same checkpoint gets the same cosignatures: whoever repeats a request makes nothing written."""


def add_checkpoint(body: bytes, now: datetime | None = None) -> str:
    """Cosign a checkpoint, and return the signature lines; what was cosigned is committed when this returns.

    Raises:
        Refused: with the status and the text of the answer.
    """
    try:
        asked = Submission.parse(body)
    except Malformed as error:
        raise Refused(BAD_REQUEST, str(error)) from None
    answer = _cosigned(asked, now or timezone.now())
    if isinstance(answer, Refused):
        raise answer
    return answer


@transaction.atomic
def _cosigned(asked: Submission, now: datetime) -> str | Refused:
    """Compare and store in one transaction; a refusal is returned, because the proof of a fork is stored with it."""
    checkpoint = asked.checkpoint
    log = WitnessedLog.objects.select_for_update().filter(origin=checkpoint.origin, ended_at=None).first()
    if log is None:
        return Refused(NOT_FOUND, "this ledger is not known here")
    keys = keys_of(log.keys)
    try:
        may_cosign(asked, Known(keys, log.size, EMPTY if log.root is None else bytes(log.root)))
    except Refused as refused:
        if refused.fork and not log.fork:
            _keep_fork(log, _signed_by_log(asked, log), now)
        return refused
    same = log.root is not None and log.size == checkpoint.size
    if same and log.cosigned_at and 0 <= (now - log.cosigned_at).total_seconds() < FRESH:
        return _ours(log)
    at = int(max(now, log.cosigned_at or now).timestamp())
    lines = "".join(key.cosign(asked.note.text, at) for key in cosigning_keys())
    log.size, log.root, log.cosigned_at = checkpoint.size, checkpoint.root, max(now, log.cosigned_at or now)
    log.note = _signed_by_log(asked, log) + lines
    log.save(update_fields=["size", "root", "cosigned_at", "note"])
    return lines


def _signed_by_log(asked: Submission, log: WitnessedLog) -> str:
    """Return the checkpoint with the signatures of the ledger's own keys, and nothing else that was sent."""
    lines = "".join(asked.note.line_of(key) for key in keys_of(log.keys))
    return f"{asked.note.text}\n{lines}"


def _ours(log: WitnessedLog) -> str:
    """Return the cosignatures of this node under the checkpoint that was cosigned last."""
    note = SignedNote.parse(log.note)
    return "".join(note.line_of(key.verifier) for key in cosigning_keys())


def _keep_fork(log: WitnessedLog, note: str, now: datetime) -> None:
    log.fork, log.fork_at = note, now
    log.save(update_fields=["fork", "fork_at"])
    record(LOG_FORKED, LOGS, NODE, Reason(Why.OVERSIGHT), details=log.origin)


def cosigned_checkpoint(origin_hash: str) -> str | None:
    """Return the checkpoint that was cosigned last of a ledger, with the cosignatures; None where there is none.

    Args:
        origin_hash: SHA-256 of the ledger's origin, in lower-case hexadecimal.
    """
    for origin, note in WitnessedLog.objects.exclude(note="").values_list("origin", "note"):
        if sha256(origin.encode()).hexdigest() == origin_hash:
            return str(note)
    return None
