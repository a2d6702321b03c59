"""What people read of the codes of this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.reports.flagging.rules import Decision

DECISIONS: dict[Decision, tuple[Any, str]] = {
    Decision.AWARDED: (_("Awarded"), "good"),
    Decision.SUSPENDED: (_("Suspended"), "bad"),
    Decision.RESTORED: (_("Suspension ended"), "good"),
    Decision.REVOKED: (_("Revoked"), "bad"),
}
