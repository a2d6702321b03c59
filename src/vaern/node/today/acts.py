"""What the ledger can say of the front page."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LISTED = Act("today.items.listed", Verb.CONSULTATION, N_("{person} looked at what waits for them ({count})"))
ACTS = (LISTED,)
