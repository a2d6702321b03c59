"""What people read of declared maturity."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.maturity import rules
from vaern.node.alliance.maturity.rules import Phase

PHASES: dict[Phase, Any] = {
    Phase.BUILDING: _("Phase 1, building"),
    Phase.SECOND: _("Phase 2"),
    Phase.THIRD: _("Phase 3"),
    Phase.MATURITY: _("Phase 4, maturity"),
}

PROBLEMS: dict[str, Any] = {
    rules.AHEAD: _("That day lies ahead: declare it when it was assessed."),
    rules.TOO_EARLY: _("That day lies before the Model National Response."),
    rules.NO_CAPABILITY: _("There is no such capability."),
    rules.NO_COUNTRY: _("Your organisation belongs to no country."),
    rules.NO_SOURCE: _("Name the source: the assessment, its day, who made it."),
}
