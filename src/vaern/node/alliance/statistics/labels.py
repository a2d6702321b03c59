"""Labels for the codes of statistics."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

FORMS: dict[str, Any] = {
    "full": _("Every number, for the authority that the law names"),
    "published": _("As it may be published: small numbers, and what would give them away, are left out"),
}

UNITS: dict[str, Any] = {
    "reports": _("reports"),
    "items": _("items"),
    "locations": _("locations"),
    "children": _("children"),
    "cases": _("cases"),
}
