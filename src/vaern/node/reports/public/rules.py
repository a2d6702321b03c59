"""What the public form allows: receipt codes, proof of work, limits. Pure; no Django."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from vaern.node.reports.rules import State, Status

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a code can be read aloud and copied by hand."""

CODE_LENGTH = 20
"""Characters of a receipt code: 100 bits, in five groups."""

_LOOKALIKES = str.maketrans("ILO", "110")

SHORTEST_SECONDS = 3
"""Nobody reads and fills in the form faster; programs do."""

FORM_LASTS = timedelta(hours=12)
"""How long a form may be left open before it is sent."""

PROOF_LASTS = timedelta(hours=2)
"""How long a proof of work counts, so that nobody makes many in advance."""

DIALOGUE_LASTS = timedelta(minutes=30)
"""How long a dialogue stays open before its code is asked for again."""

LONGEST_WORDS = 4_000
MOST_ADDRESSES = 20
LONGEST_ADDRESS = 2_000

WITH_PROOF, WITHOUT_PROOF, WRONG_CODES, ADDED_WORDS = 30, 6, 10, 20
"""How often in an hour, from one place: reports with a proof of work, reports without, wrong codes, further words."""

HOUR = 3600.0
DESK_RATE, DESK_BURST = 1.0, 300.0
"""Reports with a proof that one desk takes, a second in the long run and at once."""

SLOW_RATE, SLOW_BURST = 0.05, 30.0
"""The same without a proof."""

EASIEST, HARDEST = 14, 19
"""Bits of a proof of work: a moment on a telephone, and half a minute."""


def code_from(secret: bytes) -> str:
    """Return a receipt code made of the first 100 bits of a secret, without its groups."""
    number = int.from_bytes(secret[:13], "big") >> 4
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(CODE_LENGTH)))


def grouped(code: str) -> str:
    """Return a code as people read it: `ABCD-EFGH-JKMN-PQRS-TVWX`."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def read_code(typed: str) -> str:
    """Return the code that somebody typed, whatever the case, spaces and dashes; "" if it cannot be one."""
    code = "".join(sign for sign in typed.upper() if not (sign.isspace() or sign in "-–—.")).translate(_LOOKALIKES)
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else ""


def proves(nonce: str, answer: str, bits: int) -> bool:
    """Whether SHA-256 of `nonce:answer` begins with so many zero bits."""
    if not (answer.isascii() and answer.isdigit() and len(answer) <= 16):
        return False
    digest = hashlib.sha256(f"{nonce}:{answer}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0


def difficulty(reports_from_here: int, load: float) -> int:
    """Return the bits that a proof needs: harder for a place that sends much, and while the desk is flooded.

    Args:
        reports_from_here: in the last hour, from the same place.
        load: how much of the desk's allowance is used up, from 0 to 1.
    """
    return min(HARDEST, EASIEST + reports_from_here // 5 + int(4 * max(0.0, min(load, 1.0))))


def coarse(moment: datetime) -> datetime:
    """Return a moment to the hour only, so that it does not point at a line of some access log."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def status_of(state: State, *, seen: bool, forwarded: bool, actionable: bool | None) -> Status:
    """Return what a reporter sees of a report's state.

    Args:
        state: of the report; of the one that it repeats, if it is a duplicate.
        seen: a person has touched it.
        forwarded: it was given to another organisation.
        actionable: what was concluded.
    """
    if state is State.CLOSED:
        if actionable:
            return Status.CLOSED_ACTED
        return Status.PASSED_ON if forwarded else Status.CLOSED_NOTHING
    if forwarded:
        return Status.PASSED_ON
    if state in {State.ARRIVED, State.DUPLICATE} and not seen:
        return Status.RECEIVED
    return Status.BEING_WORKED_ON
