"""What is witnessed: the published checkpoint with its cosignatures, how far each witness is, and what contradicts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.ledger.findings import Finding
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.models import Checkpoint, Cosignature, Witness, WitnessedLog
from vaern.node.ledger.nodes import LedgerDamaged, read_frontier
from vaern.node.ledger.proofs import published_checkpoint
from vaern.node.ledger.witnesses.registry import keys_of
from vaern.node.ledger.witnesses.rules import ALARMS
from vaern.proofs.checkpoints import Checkpointed, CheckpointError
from vaern.proofs.judging import Witnessed, witnessed
from vaern.proofs.note_keys import NoteKey
from vaern.proofs.notes import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, timedelta

    from vaern.proofs.policy import Policy


@dataclass(frozen=True)
class Standing:
    """How far a witness is.

    Attributes:
        name: of its first key.
        url: where it is asked.
        size: that it cosigned last.
        behind: entries that are published, and that it has not cosigned.
        late: for how long the published checkpoint has waited for its cosignature.
        answered_at: when it last did what it was asked; None for never.
        problem: a code of `rules.Problem`, or "".
        since: when that began.
        claimed: the size that it says, where that is the problem.
    """

    name: str
    url: str
    size: int
    behind: int
    late: timedelta
    answered_at: datetime | None
    problem: str
    since: datetime | None
    claimed: int | None

    @property
    def alarming(self) -> bool:
        """Whether its answer says that the ledger was rewritten."""
        return self.problem in ALARMS


def cosigned(checkpoint: Checkpoint) -> str:
    """Return a checkpoint with all cosignatures of it that are kept."""
    kept = Cosignature.objects.filter(size=checkpoint.size, root=checkpoint.root).order_by("witness")
    return str(checkpoint.note) + "".join(kept.values_list("line", flat=True))


def standings() -> list[Standing]:
    """Return how far each witness is, in the order of their addresses."""
    newest = published_checkpoint()
    size, now = newest.size if newest else 0, timezone.now()
    waits = now - newest.at if newest else now - now
    return [
        Standing(
            name=keys_of(one.keys)[0].name,
            url=one.url,
            size=one.size,
            behind=max(0, size - one.size),
            late=waits if one.size < size else now - now,
            answered_at=one.answered_at,
            problem=one.problem,
            since=one.since,
            claimed=one.claimed,
        )
        for one in Witness.objects.filter(ended_at=None).order_by("url")
    ]


def witnessed_logs() -> list[WitnessedLog]:
    """Return the ledgers that this node witnesses, and those of before of which it saw a fork."""
    found = WitnessedLog.objects.order_by("origin")
    return [one for one in found if one.ended_at is None or one.fork]


def alarms() -> int:
    """Return how many witnesses contradict this ledger, and how many ledgers that this node witnesses forked."""
    said = Witness.objects.filter(ended_at=None, problem__in=[one.value for one in ALARMS]).count()
    return said + WitnessedLog.objects.exclude(fork="").count()


def newest_witnessed(policy: Policy, *, covering: int = 0, most: int | None = None) -> tuple[str, Witnessed] | None:
    """Return the newest checkpoint that satisfies a policy, with its cosignatures, and who they are; None for none.

    Args:
        policy: the policy; this node's own ledger is accepted beside its ledgers.
        covering: only one of at least this size.
        most: how many are looked at, the newest first; None for all.
    """
    ours = [NoteKey.parse(str(verifier_key()))]
    for size, lines in islice(_by_size(covering), most):
        signed = Checkpoint.objects.filter(size=size).values_list("note", flat=True).first()
        if signed is None:
            continue
        try:
            note = str(signed) + "".join(lines)
            return note, witnessed(note, policy, ours)
        except CheckpointError:  # not enough of them, or not of this root: `contradictions` names the second
            continue
    return None


def _by_size(covering: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the sizes of which cosignatures are kept, the largest first, with their lines."""
    found = Cosignature.objects.filter(size__gte=covering).order_by("-size", "witness").values_list("size", "line")
    newest = published_checkpoint()  # a policy that asks for nobody is satisfied by any checkpoint
    if newest is not None and newest.size >= covering and not found.filter(size=newest.size).exists():
        yield newest.size, []
    for size, rows in groupby(found.iterator(), key=lambda row: row[0]):
        yield size, [line for _, line in rows]


def contradictions(keys: Iterable[NoteKey], leaves: int) -> list[Finding]:
    """Return where the stored tree is not what a witness cosigned, of all cosignatures that are kept.

    Args:
        keys: of the witnesses that are believed; cosignatures of other keys say nothing.
        leaves: number of entries in the tree.
    """
    known = {key.identity: key for key in keys}
    found, roots, origin = [], dict[int, bytes | None](), verifier_key().name
    kept = Cosignature.objects.filter(witness__in=list(known)).order_by("size", "witness")
    for one in kept.iterator():
        text = Checkpointed(origin, one.size, bytes(one.root)).text()
        if not _holds(known[one.witness], text, one.line):
            found.append(Finding(f"The cosignature of {one.witness} on {one.size} entries was changed or put in."))
        elif one.size > leaves:
            what = f"{one.witness} cosigned {one.size} entries, and there are {leaves}: the end was cut off."
            found.append(Finding(what, (), (leaves, one.size)))
        else:
            if one.size not in roots:
                roots[one.size] = _root(one.size)
            if roots[one.size] != bytes(one.root):
                what = f"The ledger’s first {one.size} entries are not those that {one.witness} cosigned."
                found.append(Finding(what, (), (0, one.size)))
    return found


def _holds(key: NoteKey, text: str, line: str) -> bool:
    try:
        (read,) = lines_of(line)
        return read.is_of(key) and key.signed_at(text, read.signature) > 0
    except (CheckpointError, ValueError):
        return False


def _root(size: int) -> bytes | None:
    try:
        return read_frontier(size).root()
    except LedgerDamaged:
        return None
