"""What the ledger can say of messages that go out."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

SENT = Act("exchange.message.sent", Verb.DISCLOSURE, N_("{person} sent a message to {recipient} on another node"))
SETTLED = Act("exchange.message.settled", Verb.COLLECTION, N_("Receipts of messages came ({count})"))

ACTS = (SENT, SETTLED)
