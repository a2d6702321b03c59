"""What the ledger can say of signed releases."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

PROPOSED = Act("lists.signing.proposed", Verb.ALTERATION, N_("{person} proposed a signed release of {subject}"))
PROPOSED_BY_NODE = Act(
    "lists.signing.proposed_by_node",
    Verb.ALTERATION,
    N_("The node proposed a signed release of {subject}, because the list changed"),
)
EVERY_SET = Act(
    "lists.signing.every_set",
    Verb.ALTERATION,
    N_("{person} set how often {subject} proposes a signed release by itself"),
)
TAKEN_OUT = Act(
    "lists.signing.taken_out",
    Verb.CONSULTATION,
    N_("{person} downloaded a proposed release of {subject} to have it signed"),
)
HANDED_IN = Act(
    "lists.signing.handed_in", Verb.ALTERATION, N_("{person} handed in signatures of a release of {subject}")
)
ACCEPTED = Act(
    "lists.signing.accepted", Verb.DISCLOSURE, N_("{person} handed in what completed a release of {subject}")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
