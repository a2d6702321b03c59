"""What this room registers: navigation and retention."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, nightly tasks and names of states."""
    from vaern.node.base.jobs import each_night
    from vaern.node.base.refusals import say
    from vaern.node.organisations.rules import Permission
    from vaern.node.press.base import labels
    from vaern.node.press.base.labels import PROBLEMS
    from vaern.node.press.events.retention import destroy_lists
    from vaern.node.web import navigation, refusals

    say(PROBLEMS)
    may, pages = Permission.PRESS_MANAGE, "/press/(registrations|papers)/"
    navigation.register(navigation.NavItem(_("Events for the press"), "press:events", may, 60, navigation.PRESS, pages))
    each_night("press_lists", destroy_lists)
    refusals.name(_("The event"), labels.EVENTS)
