"""What the ledger can say of comparisons."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

COMPARED = Act(
    "lists.releases.compared", Verb.CONSULTATION, N_("{person} compared two releases of {subject} ({count})")
)
TAKEN_OUT = Act(
    "lists.releases.taken_out",
    Verb.DISCLOSURE,
    N_("{person} downloaded how two releases of {subject} differ ({count})"),
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
"""All of them."""
