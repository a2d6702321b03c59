"""Labels for the codes of exposure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.reports.rules.exposure import Extent, Severity, Why

EXTENTS: dict[str, Any] = {
    Extent.NOTHING.value: _("Nothing"),
    Extent.PART.value: _("A part"),
    Extent.WHOLE.value: _("The whole"),
}
SEVERITIES: dict[int, Any] = {
    Severity.LIGHT.value: _("Not heavy"),
    Severity.HEAVY.value: _("Heavy"),
    Severity.VERY_HEAVY.value: _("Very heavy"),
}
WHYS: dict[Why, Any] = {
    Why.NEAR: _("You have reached what you set for a day. Go on only if you want to."),
    Why.BUDGET: _("You have reached the most that you set for a day: nothing unknown is put before you today."),
    Why.NOT_NOW: _("You said: not now. Nothing unknown is put before you."),
}
