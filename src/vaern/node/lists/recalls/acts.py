"""What the ledger can say of the effects of recalls."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LISTED = Act("lists.recalls.listed", Verb.CONSULTATION, N_("{person} looked at recalls of entries ({count})"))
CONSULTED = Act("lists.recall.consulted", Verb.CONSULTATION, N_("{person} opened {subject} with its effects ({count})"))
TRACED = Act("lists.recall.traced", Verb.COMBINATION, N_("The node found what had rested on {subject} ({count})"))
TOLD = Act("lists.recall.told", Verb.DISCLOSURE, N_("{person} read that {subject} concerns their organisation"))
OF_PROGRAMS = Act(
    "lists.recalls.of_programs",
    Verb.CONSULTATION,
    N_("{person} read the recalls of entries that came to programs of their organisation ({count})"),
)
CALLS_OF = Act(
    "lists.recall.calls",
    Verb.CONSULTATION,
    N_("{person} read which look-ups of their organisation had hits on the entry of {subject} ({count})"),
)
ACKNOWLEDGED = Act(
    "lists.recall.acknowledged", Verb.ALTERATION, N_("{person} acknowledged {subject} for their organisation")
)
RECEIVED_ACKNOWLEDGED = Act(
    "lists.recalls.acknowledged",
    Verb.ALTERATION,
    N_("{person} acknowledged the recalls on {subject}, which their organisation receives ({count})"),
)
ACCOUNTS_SAID = Act(
    "lists.recall.accounts_said",
    Verb.ALTERATION,
    N_("{person} said how many measures against accounts rested on {subject} ({count})"),
)
MATCHES_ASKED = Act(
    "lists.matches.asked",
    Verb.CONSULTATION,
    N_("{person} asked for every match ever made with an entry of {subject} ({count})"),
)
MATCHES_TAKEN_OUT = Act(
    "lists.matches.taken_out",
    Verb.DISCLOSURE,
    N_("{person} took out every match ever made with an entry of {subject} ({count})"),
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
