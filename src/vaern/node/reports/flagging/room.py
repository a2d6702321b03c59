"""Registration of this room: its register of law, its pages, an item of the front page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register acts, navigation, items of the front page and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.law import registers
    from vaern.node.organisations import facts
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.base import flagger_status
    from vaern.node.reports.base.provider_names import forget
    from vaern.node.reports.flagging.items import due
    from vaern.node.reports.flagging.register import REGISTER
    from vaern.node.web import items, navigation

    registers.register(REGISTER)
    items.register("organisation", _("Organisation"), due)
    facts.register(flagger_status.facts)
    each_night("provider_names", forget)
    navigation.register(
        navigation.NavItem(
            _("Trusted flagger"), "reports:flagger-latest", Permission.DESK_MANAGE, 42, navigation.DESK, "/flagger/"
        )
    )
