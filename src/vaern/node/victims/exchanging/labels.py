"""What people read of the codes by which another node refuses what is said of a series."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaern.node.victims.rules import exchanged as rules

PROBLEMS = {
    rules.NO_DESK: _("Nobody at that organisation works on series."),
    rules.NEVER_SENT: _("No series went between these two under that number."),
    rules.ENDED: _("Sight of the series had ended."),
    rules.ANSWERED: _("It was answered before, or recalled meanwhile."),
    rules.OTHER_FIRST: _("Another desk had accepted it before."),
    rules.NOT_ACCEPTED: _("Only the desk that accepted a series says this of its child."),
    rules.NO_SUCH_OUTCOME: _("That is nothing that the other side says of a series."),
    rules.IMPOSSIBLE: _("A series cannot stand so, or a day lies ahead."),
    rules.TOO_MANY_FILES: _("It had more files than a series from another node may have."),
    rules.WORDS: _("Its words seem to name somebody, hold an address, or cannot be shown."),
    rules.ASKED_TOO_OFTEN: _("That node had asked too many questions within the hour."),
    rules.NEVER_ASKED: _("Nothing had been asked under that number."),
}
