"""What people read of memberships."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.membership import rules
from vaern.node.alliance.membership.rules import Backing

BACKINGS: dict[Backing, Any] = {
    Backing.COUNCIL_CONCLUSIONS: _("Conclusions of a council of ministers"),
    Backing.MINISTERIAL_ENDORSEMENT: _("Endorsement by a minister"),
    Backing.OTHER: _("Other backing"),
}

PROBLEMS: dict[str, Any] = {
    rules.MEMBER_ALREADY: _("That country is a member already."),
    rules.NOT_A_MEMBER: _("That country is no member now."),
    rules.AHEAD: _("That day lies ahead: record it when it has happened."),
    rules.BEFORE_JOINING: _("That day lies before the country joined."),
    rules.WITHOUT_WHY: _("Say why the country left."),
    rules.OVERLAPS: _("The country was a member on that day already."),
    rules.BACKED_ALREADY: _("That backing, of that day and with that document, is recorded already."),
}
