"""What the ledger can say of indicators. A value reads no casework; the records behind it do."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

BEHIND_LISTED = Act(
    "alliance.records.listed", Verb.CONSULTATION, N_("{person} looked at the records behind a value ({count})")
)

TOLD = Act(
    "alliance.sums.told",
    Verb.DISCLOSURE,
    N_("The node sent sums of {subject} to {recipient} on another node ({count})"),
)
TALLIED = Act("alliance.sums.tallied", Verb.COLLECTION, N_("{person} on another node sent sums of {subject} ({count})"))

ACTS = [BEHIND_LISTED, TOLD, TALLIED]
