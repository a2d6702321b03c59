"""Names of links that suggest a merge without making it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SUGGESTING: dict[str, Any] = {
    "lens": _("The same lens"),
    "folder": _("The same folder or path"),
    "name": _("The same pattern of names"),
    "place": _("The same place"),
    "time": _("The same kind of camera within hours"),
}
