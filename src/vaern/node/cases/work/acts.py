"""What the ledger can say of cases, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

_A = Verb.ALTERATION

LISTED = Act("cases.cases.listed", Verb.CONSULTATION, N_("{person} looked at the list of cases ({count})"))
SEARCHED = Act("cases.cases.searched", Verb.CONSULTATION, N_("{person} searched for cases and found {count}"))
CONSULTED = Act("cases.case.consulted", Verb.CONSULTATION, N_("{person} opened {subject}"))
HANDOVERS_LISTED = Act(
    "cases.handovers.listed", Verb.CONSULTATION, N_("{person} looked at cases that were handed over ({count})")
)
OPENED = Act("cases.case.opened", Verb.COLLECTION, N_("{person} opened a new case, {subject}"))
EDITED = Act("cases.case.edited", _A, N_("{person} changed journal number, lead or urgency of {subject}"))
STARTED = Act("cases.case.started", _A, N_("{person} began to work on {subject}"))
WENT_ABROAD = Act("cases.case.went_abroad", _A, N_("{subject} waits for an answer from abroad, said {person}"))
CAME_FROM_ABROAD = Act("cases.case.came_from_abroad", _A, N_("{subject} waits no longer for abroad, said {person}"))
TO_PROSECUTOR = Act("cases.case.to_prosecutor", _A, N_("{person} sent {subject} to the prosecutor"))
FROM_PROSECUTOR = Act("cases.case.from_prosecutor", _A, N_("{person} took {subject} back from the prosecutor"))
CLOSED = Act("cases.case.closed", _A, N_("{person} closed {subject}"))
REOPENED = Act("cases.case.reopened", _A, N_("{person} opened {subject} again"))
PROLONGED = Act("cases.case.prolonged", _A, N_("{person} decided that {subject} is still needed"))
LINKED = Act("cases.link.made", Verb.COMBINATION, N_("{person} linked {subject} with something else"))
UNLINKED = Act("cases.link.ended", _A, N_("{person} ended a link of {subject}"))
PARTY_ADDED = Act("cases.party.added", Verb.COLLECTION, N_("{person} added a party to {subject} (P{count})"))
CATEGORY_CHANGED = Act(
    "cases.party.changed", _A, N_("{person} changed the category of a party in {subject} (P{count})")
)
PARTY_ERASED = Act("cases.party.erased", Verb.ERASURE, N_("{person} erased a party from {subject} (P{count})"))
PARTY_EXPIRED = Act(
    "cases.party.expired", Verb.ERASURE, N_("The node erased a party from {subject} at its end date (P{count})")
)
STATED = Act("cases.statement.made", Verb.COLLECTION, N_("{person} added a statement to {subject} (no. {count})"))
CORRECTED = Act("cases.statement.corrected", _A, N_("{person} corrected {subject} by statement {count}"))
IDENTIFIED = Act("cases.identifier.added", Verb.COLLECTION, N_("{person} added identifiers to {subject} ({count})"))
IDENTIFIER_REMOVED = Act("cases.identifier.removed", Verb.ERASURE, N_("{person} took an identifier out of {subject}"))
TASK_MADE = Act("cases.task.made", _A, N_("{person} added a task to {subject} (no. {count})"))
TASK_DONE = Act("cases.task.done", _A, N_("{person} finished a task of {subject} (no. {count})"))
TASK_REOPENED = Act("cases.task.reopened", _A, N_("{person} opened a task of {subject} again (no. {count})"))
TASK_MOVED = Act("cases.task.moved", _A, N_("{person} gave a task of {subject} another owner or day (no. {count})"))
MERGED = Act("cases.case.merged", Verb.COMBINATION, N_("{person} merged {subject} into another case"))
ABSORBED = Act("cases.case.absorbed", Verb.COMBINATION, N_("{person} merged another case into {subject}"))
SEPARATED = Act("cases.case.separated", _A, N_("{person} separated {subject} from the case that had absorbed it"))
GAVE_UP = Act("cases.case.gave_up", _A, N_("{person} separated a case from {subject} that it had absorbed"))
HANDED_OVER = Act("cases.case.handed_over", Verb.DISCLOSURE, N_("{person} handed {subject} over to {recipient}"))
ARRIVED = Act("cases.case.arrived", Verb.COLLECTION, N_("{subject} arrived, handed over by another organisation"))
ACCEPTED = Act("cases.case.accepted", _A, N_("{person} accepted {subject}, which another organisation handed over"))
DROPPED = Act("cases.case.dropped", _A, N_("{person} dropped {subject}, which another organisation had handed over"))
ANSWER_TOLD = Act("cases.answer.told", Verb.DISCLOSURE, N_("What happened to {subject} was told to {recipient}"))
HANDED_BACK = Act("cases.case.handed_back", _A, N_("{subject} is worked on here again: its receiver dropped it"))
TAKEN_BACK = Act("cases.case.taken_back", _A, N_("{person} took {subject} back"))
COPY_KEPT = Act("cases.copy.kept", _A, N_("{person} kept {subject}, which its sender took back: work had begun on it"))
COPY_ERASED = Act(
    "cases.copy.erased", Verb.ERASURE, N_("The node erased {subject}: its sender took it back, and nobody had begun")
)
ERASED = Act("cases.case.erased", Verb.ERASURE, N_("{person} erased {subject} with all that hangs on it ({count})"))
EXPIRED = Act(
    "cases.case.expired",
    Verb.ERASURE,
    N_("The node erased {subject} with all that hangs on it ({count}) at its end date"),
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
