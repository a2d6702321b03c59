"""What the ledger can say of the effects of recalls."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LISTED = Act("lists.recalls.listed", Verb.CONSULTATION, N_("{person} looked at recalls of entries ({count})"))
CONSULTED = Act("lists.recall.consulted", Verb.CONSULTATION, N_("{person} opened {subject} with its effects ({count})"))
TRACED = Act("lists.recall.traced", Verb.COMBINATION, N_("The node found what had rested on {subject} ({count})"))
TOLD = Act("lists.recall.told", Verb.DISCLOSURE, N_("{person} read that {subject} concerns their organisation"))
ACKNOWLEDGED = Act(
    "lists.recall.acknowledged", Verb.ALTERATION, N_("{person} acknowledged {subject} for their organisation")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
