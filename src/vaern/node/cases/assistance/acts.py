"""What the ledger can say of legal assistance, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

if TYPE_CHECKING:
    from vaern.node.cases.models import HeldData

LISTED = Act(
    "cases.assistance.listed", Verb.CONSULTATION, N_("{person} looked at the requests for assistance ({count})")
)
CONSULTED = Act("cases.assistance.consulted", Verb.CONSULTATION, N_("{person} opened {subject}"))
DRAFTED = Act("cases.assistance.drafted", Verb.COLLECTION, N_("{person} drafted {subject}"))
WRITTEN = Act("cases.assistance.written", Verb.ALTERATION, N_("{person} wrote at {subject}"))
HANDED_OVER = Act("cases.assistance.handed_over", Verb.DISCLOSURE, N_("{person} handed {subject} over to {recipient}"))
RETURNED = Act("cases.assistance.returned", Verb.ALTERATION, N_("{person} returned {subject} to its desk"))
SENT = Act("cases.assistance.sent", Verb.DISCLOSURE, N_("{person} sent {subject} abroad"))
CROSSED = Act("cases.assistance.crossed", Verb.DISCLOSURE, N_("{person} sent {subject} to {recipient} on another node"))
MOVED = Act("cases.assistance.moved", Verb.ALTERATION, N_("{person} wrote down how far {subject} is"))
TOLD = Act("cases.assistance.told", Verb.ALTERATION, N_("{person}, who was asked, wrote down how far {subject} is"))
ANSWERED = Act("cases.assistance.answered", Verb.COLLECTION, N_("{person} wrote down that evidence came for {subject}"))
WITHDRAWN = Act("cases.assistance.withdrawn", Verb.ALTERATION, N_("{person} withdrew {subject}"))
NOTED = Act("cases.assistance.noted", Verb.ALTERATION, N_("{person} added to the correspondence of {subject}"))
ENDED = Act(
    "cases.assistance.ended", Verb.ALTERATION, N_("The node found that the law on which {subject} rests has ended")
)
DECIDED = Act(
    "cases.assistance.decided", Verb.ALTERATION, N_("{person} decided how {subject} goes on after its law ended")
)
PRINTED = Act("cases.assistance.printed", Verb.DISCLOSURE, N_("{person} took {subject} out as a PDF"))
EXPIRED = Act("cases.assistance.expired", Verb.ERASURE, N_("The node erased {subject} at its end date"))

HELD = Act("cases.held.added", Verb.COLLECTION, N_("{person} wrote down data that a provider holds for {subject}"))
DATA_CONSULTED = Act(
    "cases.held.consulted", Verb.CONSULTATION, N_("{person} looked at data that providers hold for {subject}")
)
CLOCK_STARTED = Act("cases.clock.started", Verb.ALTERATION, N_("{person} started a clock for data of {subject}"))
CLOCK_PROLONGED = Act("cases.clock.prolonged", Verb.ALTERATION, N_("{person} prolonged a clock for data of {subject}"))
CLOCK_SETTLED = Act("cases.clock.settled", Verb.ALTERATION, N_("{person} stopped a clock for data of {subject}"))
ALARMED = Act("cases.clock.alarmed", Verb.ALTERATION, N_("A clock for data of {subject} gave an alarm"))
LAPSED = Act("cases.clock.lapsed", Verb.ALTERATION, N_("A clock for data of {subject} ran out"))
LAPSE_NOTED = Act(
    "cases.clock.lapse_noted", Verb.ALTERATION, N_("{person} took note that a clock for data of {subject} ran out")
)

KEPT_STARTED = Act(
    "cases.incoming.clock_started", Verb.ALTERATION, N_("{person} started a clock for data kept for {subject}")
)
KEPT_PROLONGED = Act(
    "cases.incoming.clock_prolonged", Verb.ALTERATION, N_("{person} prolonged a clock for data kept for {subject}")
)
KEPT_SETTLED = Act(
    "cases.incoming.clock_settled", Verb.ALTERATION, N_("{person} stopped a clock for data kept for {subject}")
)
KEPT_ALARMED = Act(
    "cases.incoming.clock_alarmed", Verb.ALTERATION, N_("A clock for data kept for {subject} gave an alarm")
)
KEPT_LAPSED = Act("cases.incoming.clock_lapsed", Verb.ALTERATION, N_("A clock for data kept for {subject} ran out"))
KEPT_NOTED = Act(
    "cases.incoming.lapse_noted",
    Verb.ALTERATION,
    N_("{person} took note that a clock for data kept for {subject} ran out"),
)
KEPT = {
    CLOCK_STARTED: KEPT_STARTED,
    CLOCK_PROLONGED: KEPT_PROLONGED,
    CLOCK_SETTLED: KEPT_SETTLED,
    ALARMED: KEPT_ALARMED,
    LAPSED: KEPT_LAPSED,
    LAPSE_NOTED: KEPT_NOTED,
}
"""What the ledger says of a clock that runs for another country: the alliance counts our own preservations alone."""


def of(held: HeldData, act: Act) -> Act:
    """Return what the ledger says of a clock of some data."""
    return KEPT[act] if held.incoming_id else act


ROUTED = Act("cases.instruments.asked", Verb.CONSULTATION, N_("{person} asked which instrument reaches whom"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
