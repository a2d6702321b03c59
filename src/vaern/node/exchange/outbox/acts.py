"""What the ledger can say of messages that go out."""

from __future__ import annotations

from vaern.node.ledger.rules import Act, Verb

SENT = Act("exchange.message.sent", Verb.DISCLOSURE, "{person} sent a message to {recipient} on another node")
SETTLED = Act("exchange.message.settled", Verb.COLLECTION, "The receipts of {count} messages came")
GIVEN_UP = Act("exchange.message.given_up", Verb.ALTERATION, "{person} no longer waits for the receipt of a message")

ACTS = (SENT, SETTLED, GIVEN_UP)
