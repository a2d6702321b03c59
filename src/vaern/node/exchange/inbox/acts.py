"""What the ledger can say of messages that come in."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

TAKEN_IN = Act(
    "exchange.message.taken_in", Verb.COLLECTION, N_("A message of an organisation on another node was taken in")
)
REFUSED = Act("exchange.message.refused", Verb.COLLECTION, N_("A message of another node was refused"))
SET_ASIDE = Act("exchange.message.set_aside", Verb.COLLECTION, N_("A message of another node was set aside for people"))
TRIED_AGAIN = Act(
    "exchange.message.tried_again", Verb.ALTERATION, N_("{person} had a message that was set aside tried again")
)
DISMISSED = Act("exchange.message.dismissed", Verb.ALTERATION, N_("{person} refused a message that was set aside"))

ACTS = (TAKEN_IN, REFUSED, SET_ASIDE, TRIED_AGAIN, DISMISSED)
