"""Witnesses that nobody can call, because their network lets nobody in: they are asked by messages of the exchange.

What is asked and answered is what passes over HTTP, byte for byte, and is judged by the same rules. Only when the
answer comes differs. The ledger knows no node: whoever carries messages registers here.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from vaern.client.http import Answer
from vaern.node.ledger.models import Checkpoint, Witness
from vaern.node.ledger.witnesses.cosigning import add_checkpoint
from vaern.node.ledger.witnesses.exchanges import TYPE_OF_SIZE, Outcome, outcome_of, request_for
from vaern.node.ledger.witnesses.keeping import keep
from vaern.node.ledger.witnesses.registry import keys_of
from vaern.node.ledger.witnesses.rules import Problem, Refused
from vaern.node.ledger.witnesses.submissions import Malformed, Submission

SCHEME = "message:"
OK = 200

Carry = Callable[[str, Callable[[], bytes]], bool]
"""Sends the node of a name what a function makes, unless an earlier question waits there; says whether it did."""

_CARRIES: list[Carry] = []


def register(carry: Carry) -> None:
    """Let the exchange carry questions."""
    _CARRIES[:] = [carry]


def address_of(node: str) -> str:
    """Return what stands for the address of a witness that is asked by messages."""
    return f"{SCHEME}{node}"


def is_asked_so(url: str) -> bool:
    """Whether a witness is asked by messages."""
    return url.startswith(SCHEME)


def ask(witness: Witness, newest: Checkpoint) -> bool:
    """Ask a witness to cosign a checkpoint, unless it has a question before it; return whether it was asked.

    Raises:
        LedgerDamaged: the proof cannot be made.
    """
    node = witness.url.removeprefix(SCHEME)
    asked = any(carry(node, lambda: request_for(newest.note, witness.size)) for carry in _CARRIES)
    if asked:
        Witness.objects.filter(pk=witness.pk).update(asked_at=timezone.now())
    return asked


def answer_to(asked: bytes) -> tuple[int, str]:
    """Return what this node answers as a witness: the status of HTTP, and the text."""
    try:
        return OK, add_checkpoint(asked)
    except Refused as refused:
        return refused.status, refused.text


def answered(node: str, asked: bytes, status: int, text: str) -> bool:
    """Keep what a witness answers; return whether it is one, and was asked about a checkpoint of this ledger.

    Args:
        node: that answers.
        asked: what this node asked it.
        status, text: of the answer.
    """
    witness = Witness.objects.filter(url=address_of(node), ended_at=None).first()
    try:
        question = Submission.parse(asked)
    except Malformed:
        return False
    said = question.checkpoint
    newest = Checkpoint.objects.filter(size=said.size, root=said.root).first()
    if witness is None or newest is None:
        return False
    answer = Answer(status, {"content-type": TYPE_OF_SIZE}, text.encode(), witness.url)
    outcome = outcome_of(answer, keys_of(witness.keys), newest.note)
    if outcome.old == question.old:  # it was proven from there, and that is no conflict
        outcome = Outcome(Problem.REFUSED)
    keep(witness, newest, outcome)
    return True
