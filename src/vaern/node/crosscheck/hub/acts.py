"""What the ledger can say of a hub's work: that two members were told, and nothing of what."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

TOLD_BOTH = Act("crosscheck.hub.met", Verb.DISCLOSURE, N_("Two members were told that they work on the same"))
LEFT = Act("crosscheck.hub.left", Verb.ERASURE, N_("The keyed values of {subject} are gone from this hub ({count})"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
