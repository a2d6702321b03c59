"""Ledger acts of the desk, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LISTED = Act("reports.worklist.listed", Verb.CONSULTATION, N_("{person} looked at the work list ({count})"))
SEARCHED = Act("reports.worklist.searched", Verb.CONSULTATION, N_("{person} searched the work list and found {count}"))
CONSULTED = Act("reports.report.consulted", Verb.CONSULTATION, N_("{person} opened {subject}"))
ORIGINAL_TAKEN = Act(
    "reports.original.taken", Verb.DISCLOSURE, N_("{person} took a document of {subject} as it came (document {count})")
)
CLAIMED = Act("reports.report.claimed", Verb.ALTERATION, N_("{person} claimed {subject}"))
TAKEN_OVER = Act(
    "reports.report.taken_over",
    Verb.ALTERATION,
    N_("{person} took over {subject}, whose claim by somebody else had ended"),
)
GIVEN_BACK = Act("reports.report.given_back", Verb.ALTERATION, N_("{person} gave {subject} back"))
SET_ASIDE = Act("reports.report.set_aside", Verb.COMBINATION, N_("{person} marked {subject} as a duplicate"))
SEPARATED = Act(
    "reports.report.separated", Verb.COMBINATION, N_("{person} separated {subject} from the earlier report")
)
VIEW_KEPT = Act("reports.view.kept", Verb.ALTERATION, N_("{person} kept a view of the work list"))
VIEW_FORGOTTEN = Act("reports.view.forgotten", Verb.ERASURE, N_("{person} forgot a view of the work list"))
PREFERRED = Act("reports.worklist.preferred", Verb.ALTERATION, N_("{person} chose the sound of their work list"))
SETTINGS_CHANGED = Act("reports.desk.changed", Verb.ALTERATION, N_("{person} changed the settings of the desk"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
