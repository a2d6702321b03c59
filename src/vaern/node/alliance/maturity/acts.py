"""What the ledger can say of declared maturity. The subject is the country."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

DECLARED = Act(
    "alliance.capability.declared",
    Verb.COLLECTION,
    N_("{person} declared how mature a capability of {subject} is (no. {count})"),
)

ACTS = [DECLARED]
