"""What the ledger can say of the life of a series, of its dissemination, and of the question *known?*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

if TYPE_CHECKING:
    from vaern.node.victims.models import Series

ANALYSED = Act("victims.series.analysed", Verb.ALTERATION, N_("{person} said that {subject} was analysed"))
DISSEMINATED = Act("victims.series.disseminated", Verb.DISCLOSURE, N_("{person} disseminated {subject} to {recipient}"))
ACCEPTED = Act("victims.series.accepted", Verb.ALTERATION, N_("{person} accepted {subject}"))
DECLINED = Act("victims.series.declined", Verb.ALTERATION, N_("{person} declined {subject}"))
GIVEN_BACK = Act("victims.series.given_back", Verb.ALTERATION, N_("{person} gave {subject} back"))
IDENTIFIED = Act("victims.series.identified", Verb.ALTERATION, N_("{person} said that the child of {subject} is known"))
RETRACTED = Act(
    "victims.series.retracted", Verb.ALTERATION, N_("{person} took back that the child of {subject} is known")
)
SAFEGUARDED = Act(
    "victims.series.safeguarded", Verb.ALTERATION, N_("{person} said that the child of {subject} is safe")
)
CLOSED = Act("victims.series.closed", Verb.ALTERATION, N_("{person} closed {subject}"))
REOPENED = Act("victims.series.reopened", Verb.ALTERATION, N_("{person} opened {subject} again"))
OUTCOME_ADDED = Act("victims.outcome.added", Verb.ALTERATION, N_("{person} added a late outcome to {subject}"))
OTHER_CHILD = Act("victims.series.other_child", Verb.ALTERATION, N_("{person} said that {subject} is another child"))
STOPPED = Act(
    "victims.series.stopped", Verb.ALTERATION, N_("The node stopped {subject}: the child is known to another desk")
)
TOLD = Act("victims.tidings.told", Verb.DISCLOSURE, N_("The node told {recipient} what became of {subject}"))
UPDATES_READ = Act("victims.tidings.read", Verb.CONSULTATION, N_("{person} read what became of series ({count})"))
UPDATES_UNREAD = Act(
    "victims.tidings.unread", Verb.ALTERATION, N_("{person} let what became of series wait again ({count})")
)
ASKED = Act("victims.known.asked", Verb.CONSULTATION, N_("{person} asked whether signals are known ({count})"))
ASKED_ELSEWHERE = Act(
    "victims.known.asked_elsewhere",
    Verb.DISCLOSURE,
    N_("{person} asked {recipient} whether signals are known ({count})"),
)
ANSWERS_READ = Act(
    "victims.known.answers_read",
    Verb.CONSULTATION,
    N_("{person} read what other nodes answered about signals ({count})"),
)
ASKED_FROM_ELSEWHERE = Act(
    "victims.known.asked_from_elsewhere",
    Verb.DISCLOSURE,
    N_("{person} on another node asked whether signals are known, and was answered ({count})"),
)
ANSWER_CAME = Act(
    "victims.known.answer_came",
    Verb.COLLECTION,
    N_("{person} on another node answered whether signals are known ({count})"),
)
OPENNESS_CHANGED = Act(
    "victims.openness.changed",
    Verb.ALTERATION,
    N_("{person} changed whether others who ask are told that it is {subject}"),
)

COPY_ACCEPTED = Act("victims.copy.accepted", Verb.ALTERATION, N_("{person} accepted {subject} of another node"))
COPY_GIVEN_BACK = Act("victims.copy.given_back", Verb.ALTERATION, N_("{person} gave {subject} back to another node"))
COPY_IDENTIFIED = Act(
    "victims.copy.identified",
    Verb.ALTERATION,
    N_("{person} said that the child of {subject} of another node is known"),
)
COPY_RETRACTED = Act(
    "victims.copy.retracted",
    Verb.ALTERATION,
    N_("{person} took back that the child of {subject} of another node is known"),
)
COPY_SAFEGUARDED = Act(
    "victims.copy.safeguarded",
    Verb.ALTERATION,
    N_("{person} said that the child of {subject} of another node is safe"),
)
ACTS = [act for act in globals().values() if isinstance(act, Act)]

_OF_COPY = {
    ACCEPTED: COPY_ACCEPTED,
    GIVEN_BACK: COPY_GIVEN_BACK,
    IDENTIFIED: COPY_IDENTIFIED,
    RETRACTED: COPY_RETRACTED,
    SAFEGUARDED: COPY_SAFEGUARDED,
}


def said_of(series: Series, act: Act) -> Act:
    """Return the act as the ledger has it: what is said of a copy, the owner's node counts, and this one does not."""
    return _OF_COPY.get(act, act) if series.is_copy else act
