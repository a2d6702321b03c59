"""What the ledger can say of sources of lists."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

SET = Act("lists.source.set", Verb.ALTERATION, N_("{person} set from where {subject} is fetched"))
DROPPED = Act("lists.source.dropped", Verb.ALTERATION, N_("{person} ended that {subject} is fetched"))
KEPT_BY_HAND = Act(
    "lists.source.kept_by_hand", Verb.ALTERATION, N_("{person} said that {subject} is kept by hand, and has no age")
)
TRIED = Act("lists.source.tried", Verb.CONSULTATION, N_("{person} tried the source of {subject}"))
ASKED = Act("lists.source.asked", Verb.ALTERATION, N_("{person} had {subject} fetched now"))
ACKNOWLEDGED = Act(
    "lists.source.acknowledged",
    Verb.ALTERATION,
    N_("The node acknowledged, signed, which release of {subject} is used"),
)
ACKNOWLEDGEMENT_TAKEN = Act(
    "lists.source.acknowledgement_taken",
    Verb.DISCLOSURE,
    N_("{person} downloaded the acknowledgement of a release of {subject}"),
)
KEY_TAKEN = Act(
    "lists.source.key_taken",
    Verb.DISCLOSURE,
    N_("{person} downloaded the key that signs what the source of {subject} is told"),
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
