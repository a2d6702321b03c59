"""What the ledger can say of what came of a hub."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

MET = Act("crosscheck.elsewhere.met", Verb.COMBINATION, N_("The hub said that a record elsewhere met {subject}"))
PARTED = Act(
    "crosscheck.elsewhere.parted", Verb.ERASURE, N_("A record elsewhere and {subject} have nothing in common any more")
)
WAS_TOLD = Act(
    "crosscheck.elsewhere.heard", Verb.COLLECTION, N_("The other side elsewhere said how it stands, to {subject}")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
