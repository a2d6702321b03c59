"""What the ledger can say of the subscribers of a list."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

ENROLLED = Act(
    "lists.subscribers.enrolled", Verb.ALTERATION, N_("{person} enrolled a subscriber of signed releases of {subject}")
)
ENDED = Act(
    "lists.subscribers.ended",
    Verb.ALTERATION,
    N_("{person} ended that a subscriber of {subject} is expected to acknowledge"),
)
ACKNOWLEDGED = Act(
    "lists.subscribers.acknowledged",
    Verb.ALTERATION,
    N_("{person} handed in acknowledgements of releases of {subject} ({count})"),
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
