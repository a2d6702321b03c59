"""What the ledger can say of releases and recalls."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

MADE = Act("organisations.release.made", Verb.DISCLOSURE, N_("{person} released {subject} to {recipient}"))
PROLONGED = Act("organisations.release.prolonged", Verb.DISCLOSURE, N_("{person} let {recipient} see {subject} longer"))
RECALLED = Act("organisations.release.recalled", Verb.ALTERATION, N_("{person} recalled {subject} from {recipient}"))
ACKNOWLEDGED = Act(
    "organisations.release.acknowledged", Verb.ALTERATION, N_("{person} acknowledged the recall of {subject}")
)
READ = Act("organisations.releases.read", Verb.CONSULTATION, N_("{person} looked at the list of recalls ({count})"))
ACTS = [MADE, PROLONGED, RECALLED, ACKNOWLEDGED, READ]
