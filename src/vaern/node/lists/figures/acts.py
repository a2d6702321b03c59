"""What the ledger can say of the error rates of lists."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

CONSULTED = Act("lists.figures.consulted", Verb.CONSULTATION, N_("{person} looked at the error rates of {subject}"))
PUBLISHED = Act("lists.figures.published", Verb.DISCLOSURE, N_("{person} published the error rates of {subject}"))
WITHDRAWN = Act(
    "lists.figures.withdrawn", Verb.ALTERATION, N_("{person} ended that the error rates of {subject} are published")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
