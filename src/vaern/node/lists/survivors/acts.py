"""What the ledger can say of lists that follow wishes."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

FOLLOWED = Act(
    "lists.survivors.followed",
    Verb.COMBINATION,
    N_("The node held {subject} against what survivors wish ({count})"),
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
