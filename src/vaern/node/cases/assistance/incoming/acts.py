"""What the ledger can say of requests of other countries, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.cases.rules.incoming import Event
from vaern.node.ledger.rules import Act, Verb

LISTED = Act(
    "cases.incoming.listed", Verb.CONSULTATION, N_("{person} looked at the requests of other countries ({count})")
)
CONSULTED = Act("cases.incoming.consulted", Verb.CONSULTATION, N_("{person} opened {subject}"))
RECEIVED = Act("cases.incoming.received", Verb.COLLECTION, N_("{person} took {subject} in"))
ARRIVED = Act("cases.incoming.arrived", Verb.DISCLOSURE, N_("{person} sent {subject} to {recipient}"))
CAME = Act("cases.incoming.came", Verb.COLLECTION, N_("{person} on another node asked for assistance by {subject}"))
WRITTEN = Act("cases.incoming.written", Verb.ALTERATION, N_("{person} wrote at {subject}"))
ATTACHED = Act("cases.incoming.attached", Verb.COLLECTION, N_("{person} added a document to {subject}"))
TAKEN = Act("cases.incoming.document_taken", Verb.DISCLOSURE, N_("{person} took a document of {subject} out"))
NOTED = Act("cases.incoming.noted", Verb.ALTERATION, N_("{person} added to the correspondence of {subject}"))
MOVED = Act("cases.incoming.moved", Verb.ALTERATION, N_("{person} wrote down how far {subject} is"))
DECIDED = Act("cases.incoming.decided", Verb.ALTERATION, N_("{person} decided on {subject}"))
PASSED = Act("cases.incoming.passed", Verb.DISCLOSURE, N_("{person} passed {subject} to {recipient} to execute"))
EXECUTED = Act("cases.incoming.executed", Verb.ALTERATION, N_("{person} wrote down that {subject} was executed"))
ANSWERED = Act("cases.incoming.answered", Verb.DISCLOSURE, N_("{person} wrote down that {subject} was answered"))
WITHDRAWN = Act("cases.incoming.withdrawn", Verb.ALTERATION, N_("{person} wrote down that {subject} was withdrawn"))
CONFIRMED = Act("cases.incoming.confirmed", Verb.DISCLOSURE, N_("{person} took the confirmation of {subject} out"))
EXPIRED = Act("cases.incoming.expired", Verb.ERASURE, N_("The node erased {subject} at its end date"))

OF: dict[Event, Act] = {
    **dict.fromkeys(
        (Event.ACKNOWLEDGE, Event.ASK, Event.COMPLETE, Event.EXTEND, Event.TAKE_BACK, Event.GIVE_BACK, Event.NOT_YET),
        MOVED,
    ),
    **dict.fromkeys((Event.RECOGNISE, Event.UNDO, Event.POSTPONE, Event.RESUME, Event.REFUSE, Event.REOPEN), DECIDED),
    Event.EXECUTE: EXECUTED,
    Event.ANSWER: ANSWERED,
    Event.ANSWER_PART: ANSWERED,
    Event.WITHDRAW: WITHDRAWN,
}
"""What it says of the events that `actions.happen` causes."""

ACTS = [act for act in globals().values() if isinstance(act, Act)]
