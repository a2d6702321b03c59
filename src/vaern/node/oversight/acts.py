"""What the ledger can say of its own readers, and of answers to the people whose data it is."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LEDGER_CONSULTED = Act(
    "oversight.ledger.consulted", Verb.CONSULTATION, N_("{person} looked at entries of the ledger ({count})")
)
UNUSUAL_CONSULTED = Act(
    "oversight.unusual.consulted", Verb.CONSULTATION, N_("{person} looked at what is unusual in the ledger ({count})")
)
ENTRY_CONSULTED = Act(
    "oversight.entry.consulted", Verb.CONSULTATION, N_("{person} opened one entry of the ledger, about {subject}")
)
RECORD_CONSULTED = Act(
    "oversight.record.consulted",
    Verb.CONSULTATION,
    N_("{person} looked at all that happened to {subject} (entries: {count})"),
)
PERSON_CONSULTED = Act(
    "oversight.person.consulted", Verb.CONSULTATION, N_("{person} looked at what {subject} did (entries: {count})")
)
OWN_CONSULTED = Act(
    "oversight.own.consulted", Verb.CONSULTATION, N_("{person} looked at their own activity (entries: {count})")
)
SESSIONS_CONSULTED = Act(
    "oversight.sessions.consulted",
    Verb.CONSULTATION,
    N_("{person} looked at the list of administrators’ sessions ({count})"),
)
LEDGER_EXPORTED = Act(
    "oversight.ledger.exported", Verb.DISCLOSURE, N_("{person} exported entries of the ledger ({count})")
)
REQUESTS_CONSULTED = Act(
    "oversight.requests.consulted",
    Verb.CONSULTATION,
    N_("{person} looked at the list of requests of data subjects ({count})"),
)
REQUEST_SEARCHED = Act(
    "oversight.request.searched", Verb.CONSULTATION, N_("{person} looked for a data subject and found {count}")
)
REQUEST_OPENED = Act(
    "oversight.request.opened", Verb.COLLECTION, N_("{person} took in a request of {subject} to see their data")
)
REQUEST_CONSULTED = Act(
    "oversight.request.consulted", Verb.CONSULTATION, N_("{person} looked at what the node holds about {subject}")
)
REQUEST_RESTRICTED = Act(
    "oversight.request.restricted", Verb.ALTERATION, N_("{person} decided what the answer to {subject} leaves out")
)
REQUEST_ANSWERED = Act(
    "oversight.request.answered", Verb.DISCLOSURE, N_("{person} produced the answer to {subject} (entries: {count})")
)
SUBJECTS_CONSULTED = Act(
    "oversight.subjects.consulted",
    Verb.CONSULTATION,
    N_("{person} looked at the list of requests of data subjects without an account ({count})"),
)
SUBJECT_OPENED = Act(
    "oversight.subject.opened",
    Verb.COLLECTION,
    N_("{person} took in a request of a data subject without an account"),
)
SUBJECT_SEARCHED = Act(
    "oversight.subject.searched",
    Verb.CONSULTATION,
    N_("{person} looked for what is held of a data subject without an account"),
)
SUBJECT_ANSWERED = Act(
    "oversight.subject.answered",
    Verb.DISCLOSURE,
    N_("{person} produced the answer to a data subject without an account"),
)
SUBJECT_EXPIRED = Act(
    "oversight.subject.expired",
    Verb.ERASURE,
    N_("A request of a data subject without an account reached its end and was erased"),
)
REQUEST_EXPIRED = Act(
    "oversight.request.expired", Verb.ERASURE, N_("The node erased a request of {subject} at its end date")
)

WORDS_ERASED = Act(
    "oversight.words.erased", Verb.ERASURE, N_("{person} had words of entries erased, on order ({count})")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
