"""What the ledger can say of feedback to sources."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LISTED = Act(
    "lists.told.listed", Verb.CONSULTATION, N_("{person} looked at what the source of {subject} was told ({count})")
)
ASKED = Act(
    "lists.told.asked", Verb.ALTERATION, N_("{person} decided that the source is told what they found of {subject}")
)
SENT = Act("lists.told.sent", Verb.DISCLOSURE, N_("The node told the source what was found of {subject}"))
REFUSED = Act("lists.told.refused", Verb.ALTERATION, N_("The source refused what was found of {subject}"))
TAKEN_OUT = Act(
    "lists.told.taken_out",
    Verb.DISCLOSURE,
    N_("{person} downloaded what was found of {subject} and its source was not given ({count})"),
)
GIVEN = Act("lists.told.given", Verb.DISCLOSURE, N_("{person} gave the source of {subject} what was found ({count})"))
NOT_GIVEN = Act(
    "lists.told.not_given",
    Verb.ALTERATION,
    N_("{person} said that the source of {subject} was not given what was found ({count})"),
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
