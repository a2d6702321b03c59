"""A witness in the test's process that is another's: it follows the rules on its own, or breaks them as it is told."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.client.serving import Asked, Said, serving
from tests.node.ledger.recording import enter, without_triggers

from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.ledger.witnesses.rules import Known, Refused, may_cosign
from vaern.node.ledger.witnesses.submissions import Submission
from vaern.proofs.note_keys import CosigningKey, Kind, NoteKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class Foreign:
    """A witness of the node's own ledger.

    Attributes:
        key: with which it cosigns.
        known: what it cosigned last.
        instead: what it answers in place of what the rules say; None for nothing of its own.
        url: where it listens.
        asked: the requests.
        at: the time under its cosignatures.
    """

    key: CosigningKey = field(default_factory=lambda: CosigningKey.fresh("w.example/witness", Kind.ML_DSA_44))
    known: Known = field(default_factory=lambda: Known([NoteKey.parse(str(verifier_key()))]))
    instead: Callable[[Submission], Said | None] = lambda _asked: None
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    at: int = 1_800_000_000

    def answer(self, request: Asked) -> Said:
        """Answer as tlog-witness says."""
        assert (request.method, request.path) == ("POST", "/add-checkpoint")
        asked = Submission.parse(request.body)
        if said := self.instead(asked):
            return said
        try:
            may_cosign(asked, self.known)
        except Refused as refused:
            kind = {"Content-Type": "text/x.tlog.size"} if refused.status == 409 else {}
            return Said(refused.text.encode(), refused.status, kind)
        self.known = replace(self.known, size=asked.checkpoint.size, root=asked.checkpoint.root)
        return Said(self.key.cosign(asked.note.text, self.at).encode())

    def policy_line(self, name: str) -> str:
        """Its line of a policy."""
        return f"witness {name} {self.key.verifier} {self.url}"


@contextmanager
def listening(witness: Foreign | None = None) -> Iterator[Foreign]:
    """Let a witness listen until the block ends."""
    witness = witness or Foreign()
    with serving(witness.answer) as server:
        witness.url, witness.asked = server.base, server.asked
        yield witness


def an_hour_later(entries: int = 0) -> None:
    """Record some entries, give them their places, and let the hour pass, so that they are published."""
    enter(entries)
    sequence_once()
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_checkpoint SET at = at - interval '1 hour'")
