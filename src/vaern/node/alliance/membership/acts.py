"""What the ledger can say of memberships. The subject is the country."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

JOINED = Act("alliance.member.joined", Verb.COLLECTION, N_("{person} recorded that {subject} joined the alliance"))
LEFT = Act("alliance.member.left", Verb.ALTERATION, N_("{person} recorded that {subject} left the alliance"))
BACKED = Act("alliance.member.backed", Verb.COLLECTION, N_("{person} recorded political backing of {subject}"))

ACTS = [JOINED, LEFT, BACKED]
