"""The kinds of message about series: who sends each, to whom, and what takes it in."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from vaern.node.exchange.base.kinds import Kind
from vaern.node.organisations.rules import OrganisationKind, Permission, may_somebody
from vaern.node.victims.elsewhere import bodies, sending
from vaern.node.victims.exchanging import questions as taking_questions
from vaern.node.victims.exchanging import taking
from vaern.node.victims.sharing import questions

RELEASES = frozenset(kind for kind in OrganisationKind if may_somebody(kind, Permission.SERIES_RELEASE))
WORKS = frozenset(kind for kind in OrganisationKind if may_somebody(kind, Permission.SERIES_WORK))
ASKS = frozenset(kind for kind in OrganisationKind if may_somebody(kind, Permission.SERIES_VIEW))
"""The kinds of organisation that disseminate series, work on them, and ask about hashes: no platform is among them."""

DISSEMINATED = Kind(
    sending.DISSEMINATED,
    _("A series disseminated"),
    {1: bodies.Disseminated},
    take=taking.take_series,
    senders=RELEASES,
    recipients=WORKS,
    says=_("A desk sends a series to a desk of the other node as hashes, metadata and clues, and asks it to accept."),
)
CHANGED = Kind(
    sending.CHANGED,
    _("What came to a series"),
    {1: bodies.Changed},
    take=taking.take_change,
    senders=WORKS,
    recipients=WORKS,
    says=_("Files and clues that came to a series, or went, after it was sent; and clues that the other desk wrote."),
)
ANSWERED = Kind(
    sending.ANSWERED,
    _("The answer to a series"),
    {1: bodies.Answered},
    take=taking.take_answer,
    senders=WORKS,
    recipients=WORKS,
    owed=True,
    answered=taking.answered,
)
OUTCOME = Kind(
    sending.OUTCOME,
    _("The outcome for a child"),
    {1: bodies.Outcome},
    take=taking.take_outcome,
    senders=WORKS,
    recipients=WORKS,
    owed=True,
    answered=taking.outcome_answered,
)
STANDS = Kind(
    sending.STANDS,
    _("How a series stands"),
    {1: bodies.Stands},
    take=taking.take_stands,
    senders=WORKS,
    recipients=WORKS,
    owed=True,
)
STOP = Kind(
    sending.STOP,
    _("Identified elsewhere: stop"),
    {1: bodies.Stop},
    take=taking.take_stop,
    senders=WORKS,
    recipients=WORKS,
    owed=True,
)
KNOWN_ASKED = Kind(
    questions.ASKED,
    _("Are hashes known?"),
    {1: bodies.KnownAsked},
    take=taking_questions.take_question,
    senders=ASKS,
    recipients=WORKS,
    lasts=timedelta(hours=1),
    answered=taking_questions.refused,
    says=_("Somebody asks how hashes stand at the other node, which learns the hashes and answers at once."),
)
KNOWN_ANSWERED = Kind(
    questions.ANSWERED,
    _("How hashes stand"),
    {1: bodies.KnownAnswered},
    take=taking_questions.take_answer,
    senders=WORKS,
    recipients=ASKS,
    owed=True,
)
ALL = (DISSEMINATED, CHANGED, ANSWERED, OUTCOME, STANDS, STOP, KNOWN_ASKED, KNOWN_ANSWERED)
