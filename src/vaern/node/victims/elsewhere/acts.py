"""What the ledger can say of copies of other nodes' series, and of what those nodes are told."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

COPY_STANDS = Act("victims.copy.stands", Verb.ALTERATION, N_("{person} on another node said how {subject} stands"))
COPY_CHANGED = Act("victims.copy.changed", Verb.COLLECTION, N_("{person} on another node changed {subject} ({count})"))
COPY_OVERRULED = Act(
    "victims.copy.overruled",
    Verb.ALTERATION,
    N_("{person} on another node did not take in that the child of {subject} is known"),
)
COPY_SAFE = Act(
    "victims.copy.safe",
    Verb.ALTERATION,
    N_("The node counted that the child of {subject}, identified here, is safe: its owner on another node says so"),
)
COPY_ERASED = Act("victims.copy.erased", Verb.ERASURE, N_("The node erased the copy of {subject} of another node"))
COPY_OTHER_FIRST = Act(
    "victims.copy.other_first", Verb.ALTERATION, N_("Another desk had accepted {subject} of another node before")
)
STOP_SENT = Act(
    "victims.stop.sent", Verb.DISCLOSURE, N_("The node told {recipient} that the child of {subject} is known here")
)

ACTS = (COPY_STANDS, COPY_CHANGED, COPY_OVERRULED, COPY_SAFE, COPY_ERASED, COPY_OTHER_FIRST, STOP_SENT)
