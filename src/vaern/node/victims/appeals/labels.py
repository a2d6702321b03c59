"""Names of the codes of appeals, as people read them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.victims.rules.appeals import IDENTIFIED, NO_PUBLIC_CLUE, OWN, TWICE, AppealState, Check
from vaern.node.web.components import Chip

STATES: dict[AppealState, tuple[Any, str]] = {
    AppealState.DRAFT: (_("Waits for two checks"), "warning"),
    AppealState.PUBLISHED: (_("Public"), "good"),
    AppealState.WITHDRAWN: (_("Withdrawn"), "neutral"),
    AppealState.ENDED: (_("Ended"), "neutral"),
}
CHECKS: dict[Check, Any] = {
    Check.LEGAL: _("Legal check: may the public be asked?"),
    Check.SAFEGUARDING: _("Safeguarding check: can it harm the child?"),
}
PROBLEMS: dict[str, Any] = {
    OWN: _("Whoever wrote an appeal does not check it."),
    TWICE: _("Two different people check an appeal."),
    NO_PUBLIC_CLUE: _("Choose a clue that may be made public: an appeal says no more than its clues."),
    IDENTIFIED: _("The child is no longer looked for: nothing is asked of the public."),
}


def state(code: str) -> Chip:
    """Return the chip of a state."""
    return Chip(*STATES[AppealState(code)])
