"""What the ledger can say of releases by which something came from another node."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

ARRIVED = Act(
    "exchange.release.arrived", Verb.COLLECTION, N_("{person} on another node released {subject} to this one")
)
RECALLED = Act("exchange.release.recalled", Verb.ALTERATION, N_("{person} on another node recalled {subject}"))
ACKNOWLEDGED = Act(
    "exchange.release.acknowledged",
    Verb.ALTERATION,
    N_("{person} on another node acknowledged the recall of {subject}"),
)
PROLONGED = Act(
    "exchange.release.prolonged", Verb.ALTERATION, N_("{person} on another node prolonged the sight of {subject}")
)

ACTS = (ARRIVED, RECALLED, ACKNOWLEDGED, PROLONGED)
