"""What the ledger can say of the indicators of lists."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LISTED = Act("lists.indicators.listed", Verb.CONSULTATION, N_("{person} looked at the indicators of their hash lists"))
OF_ALLIANCE_LISTED = Act(
    "lists.indicators.of_alliance_listed",
    Verb.CONSULTATION,
    N_("{person} looked at the indicators of the hash lists that members release"),
)
OF_ALLIANCE_TAKEN_OUT = Act(
    "lists.indicators.of_alliance_taken_out",
    Verb.DISCLOSURE,
    N_("{person} took out the indicators of the hash lists that members release"),
)
TAKEN_OUT = Act(
    "lists.indicators.taken_out", Verb.DISCLOSURE, N_("{person} took out the indicators of their hash lists ({count})")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
