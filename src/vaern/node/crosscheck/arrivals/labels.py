"""What people read of the codes by which members and a hub refuse each other."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaern.node.crosscheck.rules import hub as rules

PROBLEMS = {
    rules.UNKNOWN_RECORD: _("It is about a record that is not compared here, or is gone."),
    rules.UNPROVEN: _("It says that two records hold the same, and cannot prove it."),
    rules.UNREADABLE: _("It was not said by the other side of that match, or was changed on its way."),
    rules.NOT_OUR_HUB: _("That node is not a hub of this one."),
    rules.NO_SIDE: _("Its sender is no side of such a match."),
    rules.QUOTA: _("The member has as many keyed values at the hub as it may."),
    rules.TOO_MANY: _("The record met as many others as one may, or the number of the match stands for another."),
    rules.HOLDS_SECRET: _("A node cannot be a hub and have the key of the members."),
    rules.OLDER_SECRET: _("It is an earlier key of the members than the one that is known."),
    rules.TOO_SOON: _("That node passed on a key of the members not long ago."),
    rules.ASKED_ALREADY: _("It was asked already, was refused not long ago, or both have agreed on it."),
    rules.NEVER_ASKED: _("Nothing of the kind was asked, or its time is over."),
    rules.NOT_WHO_IT_SAYS: _("It says that it is somebody else, or says it for another question."),
}
