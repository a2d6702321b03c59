"""What people call the codes of signed releases."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.lists.rules.proposals import Proposes

NEVER: Any = _("By hand alone")

PROPOSES: dict[Proposes, Any] = {
    Proposes.DAILY: _("Each day, when something changed"),
    Proposes.WEEKLY: _("Each week, when something changed"),
}
