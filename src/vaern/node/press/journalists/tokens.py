"""Signed one-time tokens of the form, and the rate limit of an event over all senders."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from vaern.node.web import limits, proof_of_work
from vaern.node.web.places import HOUR, PLACES

if TYPE_CHECKING:
    from vaern.node.press.models import PressEvent

SENT, SENT_SLOWLY = "press", "press slowly"
WITH_PROOF, WITHOUT_PROOF = 30, 6
"""Registrations in an hour from one place: with a proof of work, and without."""

RATE, BURST = 0.5, 100.0
"""Registrations that one event takes from everybody together, a second in the long run and at once."""

_SPACE = UUID("0d9f6a52-8a55-4f7f-9d0a-2b4c8a3f5e77")


class FormToken(proof_of_work.FormToken):
    """One registration form that was issued."""

    SALT = "vaern press form"


def new(place: str | None) -> FormToken:
    """Return the token of a new form; its proof of work is harder for busy senders."""
    return FormToken.give_out(proof_of_work.difficulty(PLACES.count(SENT, place), 0.0))


def wait(token: FormToken, proof: str, place: str | None, event: PressEvent) -> int:
    """Return 0 if a registration may be sent, or for how many seconds it has to wait."""
    proved = token.proved(proof, proof_of_work.difficulty(PLACES.count(SENT, place), 0.0))
    what, most = (SENT, WITH_PROOF) if proved else (SENT_SLOWLY, WITHOUT_PROOF)
    if not PLACES.take(what, place, most):
        return int(HOUR)
    return take(event)


def take(event: PressEvent) -> int:
    """Use one registration of an event's allowance; return 0, or the Retry-After in seconds."""
    return limits.take(uuid5(_SPACE, str(event.pk)), RATE, BURST)
