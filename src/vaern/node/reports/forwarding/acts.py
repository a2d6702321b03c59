"""Ledger acts of forwards and outcomes, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

OUTCOME_RETURNED = Act(
    "reports.outcome.returned", Verb.DISCLOSURE, N_("{person} returned the outcome of {subject} to {recipient}")
)
OUTCOME_CARRIED = Act(
    "reports.outcome.carried", Verb.DISCLOSURE, N_("The node carried the outcome of {subject} home to {recipient}")
)
FORWARDS_LISTED = Act(
    "reports.forwards.listed", Verb.CONSULTATION, N_("{person} looked at what was forwarded ({count})")
)
SENT_LISTED = Act(
    "reports.sent.listed",
    Verb.CONSULTATION,
    N_("{person} looked at what became of the reports that were sent ({count})"),
)
SENT_CONSULTED = Act("reports.sent.consulted", Verb.CONSULTATION, N_("{person} looked at what became of {subject}"))
COPY_KEPT = Act(
    "reports.copy.kept", Verb.ALTERATION, N_("{person} kept {subject}, which its sender recalled: work had begun on it")
)


ACTS = [act for act in globals().values() if isinstance(act, Act)]
