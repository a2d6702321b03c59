"""What the ledger can say of look-ups."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

ANSWERED = Act(
    "lists.lookups.answered", Verb.CONSULTATION, N_("A program of {person} looked signals up in hash lists ({count})")
)
ASKED = Act("lists.lookups.asked", Verb.CONSULTATION, N_("{person} looked values up in hash lists ({count})"))
REFUSED = Act(
    "lists.lookups.refused",
    Verb.CONSULTATION,
    N_("{person} was refused a look-up of values in hash lists ({count}): too many entries were hit that day"),
)
FETCHED = Act(
    "lists.entries.fetched", Verb.DISCLOSURE, N_("A program of {person} fetched entries of hash lists ({count})")
)
FED_BACK = Act(
    "lists.feedback.received",
    Verb.COLLECTION,
    N_("A program of {person} sent feedback on entries of hash lists ({count})"),
)
ALARMED = Act(
    "lists.lookups.alarmed",
    Verb.CONSULTATION,
    N_("The look-up service answers a program of {person} coarsely: too many entries were hit"),
)
STOPPED = Act(
    "lists.lookups.stopped",
    Verb.CONSULTATION,
    N_("The look-up service answers a program of {person} no more that day: far too many entries were hit"),
)
POLICY_SET = Act("lists.policy.set", Verb.ALTERATION, N_("{person} set the policy for look-ups"))
LISTED = Act("lists.lookups.listed", Verb.CONSULTATION, N_("{person} looked at what programs asked ({count})"))
CONSULTED = Act("lists.lookup.consulted", Verb.CONSULTATION, N_("{person} opened {subject}"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
