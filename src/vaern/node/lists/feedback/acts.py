"""What the ledger can say of feedback on entries."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

CONTESTED = Act("lists.entry.contested", Verb.ALTERATION, N_("{person} contested {subject}"))
LISTED = Act("lists.feedback.listed", Verb.CONSULTATION, N_("{person} looked at feedback on entries ({count})"))
ANSWERED = Act("lists.feedback.answered", Verb.ALTERATION, N_("{person} answered feedback on {subject}"))
OWN_LISTED = Act(
    "lists.contests.listed", Verb.CONSULTATION, N_("{person} read what came of entries that they contest ({count})")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
