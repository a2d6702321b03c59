"""What this room brings: its line of the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation and names of states."""
    from vaern.node.alliance.meetings import labels
    from vaern.node.alliance.meetings.labels import PROBLEMS
    from vaern.node.base.refusals import say
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import navigation, refusals

    say(PROBLEMS)
    label, seen_by = _("Ministerial meetings"), Permission.ALLIANCE_VIEW
    navigation.register(navigation.NavItem(label, "alliance:meetings", seen_by, 50, navigation.ALLIANCE))
    refusals.name(_("The meeting"), labels.STATES)
