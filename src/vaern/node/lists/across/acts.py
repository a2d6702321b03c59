"""What the ledger can say of lists and other nodes."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

NOTICED = Act(
    "lists.across.noticed", Verb.COLLECTION, N_("The node was told of a signed release of a list that it was released")
)
RECALLED = Act(
    "lists.across.recalled",
    Verb.COLLECTION,
    N_("The node was told of recalled entries of a list that it was released ({count})"),
)
ACKNOWLEDGED = Act(
    "lists.across.acknowledged",
    Verb.ALTERATION,
    N_("{person} on another node acknowledged what was told of {subject} ({count})"),
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
