"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    """Registers the app; its acts become known when it is loaded."""

    name = "vaern.node.oversight"

    def ready(self) -> None:
        """Make the acts, the navigation and what the front page says known."""
        from vaern.node.base.jobs import each_night
        from vaern.node.base.refusals import say
        from vaern.node.ledger.rules import register
        from vaern.node.organisations.rules import Permission
        from vaern.node.oversight.actions import erase_old_requests, erase_old_words
        from vaern.node.oversight.acts import ACTS
        from vaern.node.oversight.items import waiting_items
        from vaern.node.oversight.labels import PROBLEMS
        from vaern.node.oversight.subject_actions import erase_old_subjects
        from vaern.node.web import items, navigation
        from vaern.node.web.navigation import ACCOUNT, LEDGER, SESSIONS, SUBJECTS, UNUSUAL, NavItem

        register(ACTS)
        say(PROBLEMS)
        oversee = Permission.LEDGER_OVERSEE
        navigation.register(
            NavItem(_("Ledger"), "oversight:ledger", oversee, 10, LEDGER, "/oversight/(records|people)/"),
            NavItem(_("Administrators’ sessions"), "oversight:sessions", oversee, 20, SESSIONS),
            NavItem(_("Data subjects"), "oversight:requests", oversee, 30, SUBJECTS),
            NavItem(_("People without an account"), "oversight:subjects", oversee, 35, SUBJECTS),
            NavItem(_("What is unusual"), "oversight:unusual", oversee, 5, UNUSUAL),
            NavItem(_("State of the ledger"), "oversight:health", oversee, 50, LEDGER),
            NavItem(_("My activity"), "oversight:own", Permission.LEDGER_OWN, 40, ACCOUNT, "/oversight/people/"),
        )
        items.register("oversight", _("Oversight"), waiting_items)
        each_night("words", erase_old_words)
        each_night("requests", erase_old_requests)
        each_night("requests without account", erase_old_subjects)
