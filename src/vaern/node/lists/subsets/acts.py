"""What the ledger can say of subsets of lists."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LISTED = Act("lists.subsets.listed", Verb.CONSULTATION, N_("{person} looked at the subsets of hash lists ({count})"))
CONSULTED = Act("lists.subset.consulted", Verb.CONSULTATION, N_("{person} opened {subject}"))
ENTRIES_LISTED = Act(
    "lists.subset.entries_listed", Verb.CONSULTATION, N_("{person} looked at entries of {subject} ({count})")
)
MADE = Act("lists.subset.made", Verb.COLLECTION, N_("{person} made {subject}"))
CHANGED = Act("lists.subset.changed", Verb.ALTERATION, N_("{person} changed which entries {subject} has"))
ERASED = Act("lists.subset.erased", Verb.ERASURE, N_("{person} ended {subject}"))
EXPIRED = Act("lists.subset.expired", Verb.ERASURE, N_("The node ended {subject} at its end date"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
