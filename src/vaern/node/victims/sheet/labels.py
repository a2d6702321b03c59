"""Names of the kinds of connections."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

CONNECTIONS: dict[str, Any] = {
    "camera": _("Camera"),
    "place": _("Place"),
    "folder": _("Folder or path"),
    "name": _("Pattern of names"),
    "account": _("Account"),
    "series": _("Perhaps one series"),
    "met": _("Met in the cross-check"),
}
