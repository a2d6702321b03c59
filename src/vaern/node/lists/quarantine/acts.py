"""What the ledger can say of entries that the node set aside."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

SET_ASIDE = Act("lists.entry.set_aside", Verb.ALTERATION, N_("The node put {subject} in quarantine by itself"))
ANSWERS_LISTED = Act(
    "lists.answers.listed", Verb.CONSULTATION, N_("{person} looked at what was answered with {subject} ({count})")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
"""All of them."""
