"""Labels for memberships."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.rules import membership
from vaern.node.alliance.rules.membership import Backing

BACKINGS: dict[Backing, Any] = {
    Backing.COUNCIL_CONCLUSIONS: _("Conclusions of a council of ministers"),
    Backing.MINISTERIAL_ENDORSEMENT: _("Endorsement by a minister"),
    Backing.OTHER: _("Other backing"),
}

PROBLEMS: dict[str, Any] = {
    membership.MEMBER_ALREADY: _("That country is a member already."),
    membership.NOT_A_MEMBER: _("That country is no member now."),
    membership.AHEAD: _("That day lies ahead: record it when it has happened."),
    membership.BEFORE_JOINING: _("That day lies before the country joined."),
    membership.WITHOUT_WHY: _("Say why the country left."),
    membership.OVERLAPS: _("The country was a member on that day already."),
    membership.BACKED_ALREADY: _("That backing, of that day and with that document, is recorded already."),
}
