"""Labels for declared maturity."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.rules import maturity
from vaern.node.alliance.rules.maturity import Phase

PHASES: dict[Phase, Any] = {
    Phase.BUILDING: _("Phase 1, building"),
    Phase.SECOND: _("Phase 2"),
    Phase.THIRD: _("Phase 3"),
    Phase.MATURITY: _("Phase 4, maturity"),
}

PROBLEMS: dict[str, Any] = {
    maturity.AHEAD: _("That day lies ahead: declare it when it was assessed."),
    maturity.TOO_EARLY: _("That day lies before the Model National Response."),
    maturity.NO_CAPABILITY: _("There is no such capability."),
    maturity.NO_COUNTRY: _("Your organisation belongs to no country."),
    maturity.NO_SOURCE: _("Name the source: the assessment, its day, who made it."),
}
