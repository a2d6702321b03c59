"""What the ledger can say of intakes."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

BEGUN = Act("lists.intake.begun", Verb.COLLECTION, N_("{person} sent a file for a hash list: {subject}"))
READ = Act("lists.intake.read", Verb.COMBINATION, N_("The node read {subject} and compared it with its list ({count})"))
CONSULTED = Act("lists.intake.consulted", Verb.CONSULTATION, N_("{person} looked at {subject} ({count})"))
FAULTS_TAKEN_OUT = Act(
    "lists.intake.faults_taken_out",
    Verb.DISCLOSURE,
    N_("{person} downloaded what could not be used of {subject} ({count})"),
)
TAKEN = Act("lists.intake.taken", Verb.ALTERATION, N_("{person} took {subject} into its list ({count})"))
TAKEN_BY_RULE = Act(
    "lists.intake.taken_by_rule",
    Verb.ALTERATION,
    N_("The node took {subject} into its list, as whoever keeps it had decided ({count})"),
)
WITHDRAWN = Act(
    "lists.intake.withdrawn",
    Verb.ALTERATION,
    N_("The node withdrew what the source of a list withdrew, before anybody decided on the rest: {subject} ({count})"),
)
HELD = Act(
    "lists.intake.held",
    Verb.ALTERATION,
    N_("{person} wants to take {subject} into its list; a second person has to agree ({count})"),
)
CONFIRMED = Act(
    "lists.intake.confirmed", Verb.ALTERATION, N_("{person} agreed that {subject} takes entries away ({count})")
)
MAPPED = Act("lists.list.mapped", Verb.ALTERATION, N_("{person} saved how tables for {subject} are read"))
REJECTED = Act("lists.intake.rejected", Verb.ERASURE, N_("{person} rejected {subject}"))
EXPIRED = Act("lists.intake.expired", Verb.ERASURE, N_("The node erased {subject} that nobody decided on"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
