"""What the ledger can say of messages that come in."""

from __future__ import annotations

from vaern.node.ledger.rules import Act, Verb

TAKEN_IN = Act(
    "exchange.message.taken_in", Verb.COLLECTION, "A message of an organisation on another node was taken in"
)
REFUSED = Act("exchange.message.refused", Verb.COLLECTION, "A message of another node was refused")
SET_ASIDE = Act("exchange.message.set_aside", Verb.COLLECTION, "A message of another node was set aside for people")
TRIED_AGAIN = Act(
    "exchange.message.tried_again", Verb.ALTERATION, "{person} had a message that was set aside tried again"
)
DISMISSED = Act("exchange.message.dismissed", Verb.ALTERATION, "{person} refused a message that was set aside")

ACTS = (TAKEN_IN, REFUSED, SET_ASIDE, TRIED_AGAIN, DISMISSED)
