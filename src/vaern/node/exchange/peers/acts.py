"""What the ledger can say of peers."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

MET = Act("exchange.peer.met", Verb.COLLECTION, N_("{person} took the card of another node, {subject}"))
CONFIRMED = Act("exchange.peer.confirmed", Verb.ALTERATION, N_("{person} confirmed by voice whose node {subject} is"))
AGREED = Act("exchange.peer.agreed", Verb.ALTERATION, N_("{person} changed what the exchange with {subject} is for"))
SUSPENDED = Act("exchange.peer.suspended", Verb.ALTERATION, N_("{person} suspended the exchange with {subject}"))
RESUMED = Act("exchange.peer.resumed", Verb.ALTERATION, N_("{person} went on with the exchange with {subject}"))
ENDED = Act("exchange.peer.ended", Verb.ALTERATION, N_("{person} ended the exchange with {subject}"))
CARD_TAKEN = Act("exchange.peer.card_taken", Verb.COLLECTION, N_("A new card of {subject} came, with its keys"))
DIRECTORY_TAKEN = Act(
    "exchange.peer.directory_taken", Verb.COLLECTION, N_("The list of organisations of {subject} came ({count})")
)
DIRECTORY_SENT = Act(
    "exchange.peer.directory_sent", Verb.DISCLOSURE, N_("Our list of organisations went to {subject} ({count})")
)
KEYS_ROTATED = Act("exchange.keys.rotated", Verb.ALTERATION, N_("{person} gave the exchange new keys"))
KEYS_DROPPED = Act("exchange.keys.dropped", Verb.ERASURE, N_("The earlier keys of the exchange were deleted"))
LOOKED = Act("exchange.peer.looked", Verb.CONSULTATION, N_("{person} looked at {subject} and what waits for it"))
COUNTED_ANEW = Act(
    "exchange.peers.counted_anew",
    Verb.ALTERATION,
    N_("After a restore, what goes to other nodes is counted anew ({count})"),
)

ACTS = (
    MET,
    CONFIRMED,
    AGREED,
    SUSPENDED,
    RESUMED,
    ENDED,
    CARD_TAKEN,
    DIRECTORY_TAKEN,
    DIRECTORY_SENT,
    KEYS_ROTATED,
    KEYS_DROPPED,
    LOOKED,
    COUNTED_ANEW,
)
