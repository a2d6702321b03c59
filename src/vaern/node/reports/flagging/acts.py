"""Ledger acts of this room, as sentences. The status itself is a row of law, and recorded as such."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LOOKED = Act(
    "reports.flagger.looked", Verb.CONSULTATION, N_("{person} looked at the yearly report as a trusted flagger")
)
TAKEN = Act(
    "reports.flagger.taken", Verb.DISCLOSURE, N_("{person} took the yearly report as a trusted flagger as a file")
)
EXPLAINED = Act(
    "reports.flagger.explained", Verb.ALTERATION, N_("{person} wrote how the organisation keeps its independence")
)
CLOSED = Act("reports.flagger.closed", Verb.ALTERATION, N_("{person} closed a year as a trusted flagger ({count})"))
SENT = Act(
    "reports.flagger.sent", Verb.DISCLOSURE, N_("{person} noted that the yearly report was sent to the coordinator")
)
PUBLISHED = Act("reports.flagger.published", Verb.DISCLOSURE, N_("{person} noted that the yearly report was published"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
