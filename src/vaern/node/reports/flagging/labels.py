"""Labels for the codes of this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vaern.node.reports.rules.flagger_counts import Action

ACTIONS: dict[Action, Any] = {
    Action.REMOVED: _("Removed, says the provider"),
    Action.OFFLINE: _("Went offline"),
    Action.MOVED: _("Moved, says the provider"),
    Action.NEED_MORE: _("Asked to know more"),
    Action.NONE: _("No action known"),
    Action.TAKEN_BACK: _("Taken back by us"),
}
DELIVERIES: dict[str, Any] = {"sent": _("Sent to the coordinator"), "published": _("Published")}
EXPLAINED: dict[Action, Any] = {
    Action.REMOVED: _("The provider answered that it removed the content."),
    Action.OFFLINE: _("The content could not be reached any more; the provider did not say that it removed it."),
    Action.MOVED: _("The provider answered that the content moved to another place."),
    Action.NEED_MORE: _("The provider asked for more before it acts."),
    Action.NONE: _("The provider did not answer, and the content was not found to be gone."),
    Action.TAKEN_BACK: _("The notice was wrong, and the provider was notified of that."),
}


def provider(name: str) -> str:
    """Return the label of a provider, also if its name was erased."""
    return name or gettext("A provider whose name is not kept any more")
