"""Ledger acts of assessments: that they were made and what followed, never what a person concluded."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

CONSULTED = Act("reports.assessment.consulted", Verb.CONSULTATION, N_("{person} opened {subject} to assess it"))
ASSESSED = Act("reports.assessment.made", Verb.ALTERATION, N_("{person} assessed items of {subject} ({count})"))
SECOND_ASKED = Act(
    "reports.assessment.second_asked", Verb.ALTERATION, N_("{person} assessed {subject}; a second view follows")
)
DIFFERED = Act(
    "reports.assessment.differed",
    Verb.ALTERATION,
    N_("{person} assessed {subject} and differs; a third person settles"),
)
CONCLUDED = Act("reports.assessment.concluded", Verb.ALTERATION, N_("{person} concluded that {subject} is acted on"))
CONCLUDED_NOTHING = Act(
    "reports.assessment.nothing", Verb.ALTERATION, N_("{person} concluded that nothing is to be done on {subject}")
)
UNDONE = Act("reports.assessment.undone", Verb.ALTERATION, N_("{person} took back their view of {subject} at once"))
SAME = Act(
    "reports.assessment.same", Verb.ALTERATION, N_("{person} said of an item of {subject} that it is the known one")
)
ANOTHER = Act(
    "reports.assessment.another", Verb.ALTERATION, N_("{person} said of an item of {subject} that it is another one")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
