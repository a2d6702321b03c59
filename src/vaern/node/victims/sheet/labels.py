"""Names of the kinds of connections, and where a child is looked for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.victims.rules.series import State

CONNECTIONS: dict[str, Any] = {
    "camera": _("Camera"),
    "place": _("Place"),
    "folder": _("Folder or path"),
    "name": _("Pattern of names"),
    "account": _("Account"),
    "series": _("Perhaps one series"),
    "met": _("Met in the cross-check"),
}
WHERE: dict[State, Any] = {
    State.COUNTRY_PROPOSED: _("%(country)s proposed"),
    State.DISSEMINATED: _("sent to %(country)s"),
    State.ACCEPTED: _("looked for in %(country)s"),
    State.IDENTIFIED: _("found in %(country)s"),
    State.SAFEGUARDED: _("safe in %(country)s"),
}
"""What the country of a series is in a state."""
