"""What the ledger can say of peers."""

from __future__ import annotations

from vaern.node.ledger.rules import Act, Verb

MET = Act("exchange.peer.met", Verb.COLLECTION, "{person} took the card of another node, {subject}")
CONFIRMED = Act("exchange.peer.confirmed", Verb.ALTERATION, "{person} confirmed by voice whose node {subject} is")
AGREED = Act("exchange.peer.agreed", Verb.ALTERATION, "{person} changed what the exchange with {subject} is for")
SUSPENDED = Act("exchange.peer.suspended", Verb.ALTERATION, "{person} suspended the exchange with {subject}")
RESUMED = Act("exchange.peer.resumed", Verb.ALTERATION, "{person} went on with the exchange with {subject}")
ENDED = Act("exchange.peer.ended", Verb.ALTERATION, "{person} ended the exchange with {subject}")
CARD_TAKEN = Act("exchange.peer.card_taken", Verb.COLLECTION, "A new card of {subject} came, with its keys")
DIRECTORY_TAKEN = Act(
    "exchange.peer.directory_taken", Verb.COLLECTION, "The list of {count} organisations of {subject} came"
)
DIRECTORY_SENT = Act(
    "exchange.peer.directory_sent", Verb.DISCLOSURE, "Our list of {count} organisations went to {subject}"
)
KEYS_ROTATED = Act("exchange.keys.rotated", Verb.ALTERATION, "{person} gave the exchange new keys")
KEYS_DROPPED = Act("exchange.keys.dropped", Verb.ERASURE, "The earlier keys of the exchange were deleted")
LOOKED = Act("exchange.peer.looked", Verb.CONSULTATION, "{person} looked at {subject} and what waits for it")
COUNTED_ANEW = Act(
    "exchange.peers.counted_anew", Verb.ALTERATION, "After a restore, what goes to {count} other nodes is counted anew"
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
