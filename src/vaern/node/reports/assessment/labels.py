"""Labels for the codes of this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.reports.rules.assessments import Basis, Beyond, Contradiction
from vaern.node.reports.rules.states import State

NO_VIEW: dict[State, Any] = {
    State.DUPLICATE: _("It stands beside an earlier report. Separate it there if it is none of the same."),
    State.LEGAL_REVIEW: _("It waits for a decision on the law, and can be assessed when that lets it go on."),
    State.IN_ACTION: _("It was concluded, and is taken down and handed on now."),
    State.CLOSED: _("It was concluded and is closed. Open it again if it has to be assessed anew."),
}
"""Why nobody takes a view of a report in a state, and what comes first."""

BASES: dict[Basis, Any] = {
    Basis.LOOKED: _("A person looked"),
    Basis.STATION: _("A licensed person looked at a viewing station"),
    Basis.LIST: _("What a list says of it; nobody looked"),
    Basis.EARLIER: _("An earlier conclusion here; nobody looked"),
    Basis.TEXT: _("A text or an account alone; nobody looked at a file"),
}
"""On what a conclusion rests, on the pages of the organisation that drew it."""

WITHOUT_LOOKING: dict[Basis, Any] = {
    Basis.LIST: _("Nothing: I follow what the list says of it"),
    Basis.EARLIER: _("Nothing: I follow an earlier conclusion here"),
    Basis.TEXT: _("Nothing: there is only a text or an account to go by"),
}
"""What a person chooses who looked at nothing: the basis of the conclusion."""

CONTRADICTIONS: dict[Contradiction, Any] = {
    Contradiction.BASELINE_NOTHING: _(
        "What is of the baseline is an offence everywhere: it cannot be that nothing is to be done."
    ),
    Contradiction.BASELINE_LAWFUL: _("What is of the baseline is an offence everywhere: this class says it is none."),
    Contradiction.BASELINE_UNSEEN: _(
        "Whether it is of the baseline is seen, or follows from a list or an earlier conclusion, not from a text alone."
    ),
    Contradiction.LAWFUL_OFFENCE: _("This class says that it is no offence here, and the conclusion that it is one."),
    Contradiction.UNSEEN_HEAVY: _("Whoever looked at nothing found nothing heavy: one of the two is wrong."),
    Contradiction.UNSEEN_FILES: _("Whoever looked at nothing looked at no files: one of the two is wrong."),
}
"""Why two answers cannot stand beside each other; said at both fields."""

BEYOND: dict[Beyond, Any] = {
    Beyond.BASELINE: _(
        "What you follow does not say this of the baseline, of item %(numbers)s: choose what it says, or that it "
        "cannot be told, or look."
    ),
    Beyond.CLASS: _(
        "What you follow does not give this class to item %(numbers)s: choose what it gives, or that none fits, or "
        "look."
    ),
    Beyond.OFFENCE: _(
        "What you follow says of item %(numbers)s that it is nothing to act on: look, if you think that it is an "
        "offence."
    ),
}
"""Why an answer says more than what it rests on; said at its field, and at what was looked at."""

PLACES: dict[str, Any] = {
    "first": _("First view"),
    "second": _("Second view"),
    "third": _("Settlement"),
}
