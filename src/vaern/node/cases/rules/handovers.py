"""What a receiver can answer to a case that is handed over to it."""

from __future__ import annotations

import enum
from datetime import timedelta

from vaern.node.organisations.rules import OrganisationKind, Permission, may_somebody

SENDS = frozenset(kind for kind in OrganisationKind if may_somebody(kind, Permission.CASE_RELEASE))
WORKS = frozenset(kind for kind in OrganisationKind if may_somebody(kind, Permission.CASE_WORK))
"""The kinds of organisation that hand cases over, and that work on them."""


class Answer(enum.StrEnum):
    """How a hand-over ended."""

    ACCEPTED = "accepted"
    DROPPED = "dropped"
    TAKEN_BACK = "taken_back"


class DropReason(enum.StrEnum):
    """Why a receiver does not take a case: coarse, so that it tells of no other investigation."""

    NOT_OURS = "not_ours"
    NOT_AN_OFFENCE_HERE = "not_an_offence_here"
    NOT_ENOUGH = "not_enough"
    NO_CAPACITY = "no_capacity"
    HAVE_IT = "have_it"


ANSWERED_WITHIN = timedelta(days=7)
"""When a sender may expect an answer; an urgent case is answered within a day."""

URGENT_ANSWERED_WITHIN = timedelta(days=1)


def due_after(*, urgent: bool) -> timedelta:
    """Return how long a receiver has to answer."""
    return URGENT_ANSWERED_WITHIN if urgent else ANSWERED_WITHIN


NO_DESK = "case_nobody_works"
NEVER_HANDED = "case_never_handed_over"
ANSWERED = "case_answered_before"
BAD_PERSON = "case_person"
BAD_STATEMENT = "case_statement"
BAD_IDENTIFIER = "case_identifier"
BAD_EVIDENCE = "case_evidence"
NOT_ACCEPTED = "case_not_accepted"
BAD_BAG = "case_bag"
BAG_TWICE = "case_bag_twice"
ENDED = "case_handover_ended"
