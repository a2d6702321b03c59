"""Labels for the codes of a release."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.rules.gap import Status, Why
from vaern.node.alliance.rules.suppression import protection

STATUSES: dict[str, Any] = {
    "computed": _("Computed"),
    "declared": _("Declared by the member"),
    "suppressed": _("Left out"),
    "not_computable": _("Not computable"),
}

EXPLAINED: dict[str, Any] = {
    "computed": _("Computed from the ledger of the alliance's node, by the definition that stands with it."),
    "declared": _("Said by the member itself. The node has not computed it."),
    "suppressed": _(
        "It is 1, 2, 3 or 4, or it would let somebody work out such a number. Few children must never become "
        "one that is recognised. It may be any number, and it is not said which of the two reasons holds."
    ),
    "not_computable": _("There is no number, and the reason stands in its place. None is ever guessed."),
}

STANDINGS: dict[str, Any] = {
    Status.MET: (_("Met"), "good"),
    Status.ON_TRACK: (_("On track"), "good"),
    Status.BEHIND: (_("Behind"), "warning"),
    Status.OVERDUE: (_("Overdue"), "bad"),
    Status.NOT_COMPUTABLE: (_("Not computable"), "neutral"),
}
WHYS: dict[str, Any] = {
    Why.NO_NUMBER: _("the target has no number"),
    Why.NO_VALUE: _("this release tells no computed value"),
    Why.OF_NOTHING: _("there was nothing to count"),
    Why.JOINED_MEANWHILE: _("the member joined meanwhile"),
    Why.NO_BASELINE: _("there is no baseline, or it is left out"),
    Why.NO_DUE: _("there is no day"),
    Why.NO_TIME: _("the target is not after the baseline"),
}

LEFT_OUT: dict[protection.Why, Any] = {
    protection.Why.SMALL: _("Fewer than five"),
    protection.Why.GUARD: _("Another would follow from it"),
}

PREVIEW_PROBLEMS: dict[str, Any] = {
    "changed": _("The numbers changed while the preview was computed: ask for a new one."),
    "failed": _("Something failed. Ask for a new one; if that fails too, the log of the node says what it was."),
}

DEPTHS: dict[str, Any] = {
    "years": _("Years"),
    "quarters": _("Years and quarters"),
    "months": _("Years, quarters and months"),
}
