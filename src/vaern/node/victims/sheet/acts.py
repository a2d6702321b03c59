"""What the ledger can say of reading series."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LISTED = Act("victims.series.listed", Verb.CONSULTATION, N_("{person} looked at the list of series ({count})"))
CONSULTED = Act("victims.series.consulted", Verb.CONSULTATION, N_("{person} opened {subject}"))
MEMBERS_CONSULTED = Act(
    "victims.members.consulted", Verb.CONSULTATION, N_("{person} looked at files of {subject} ({count})")
)
EXPORTED = Act(
    "victims.series.exported",
    Verb.DISCLOSURE,
    N_("{person} took the files of {subject} out of the node for a workstation ({count})"),
)
GRADED = Act(
    "victims.members.graded", Verb.ALTERATION, N_("{person} took grades of a workstation for {subject} ({count})")
)
TAKEN_ON = Act("victims.series.taken_on", Verb.ALTERATION, N_("{person} works on {subject} now"))
LEFT = Act("victims.series.left", Verb.ALTERATION, N_("{person} no longer works on {subject}"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
