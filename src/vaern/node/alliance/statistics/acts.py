"""What the ledger can say of statistics. The subject is the country."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

TAKEN_OUT = Act(
    "alliance.statistics.exported", Verb.DISCLOSURE, N_("{person} took out the statistics of {subject} ({count})")
)

ACTS = [TAKEN_OUT]
