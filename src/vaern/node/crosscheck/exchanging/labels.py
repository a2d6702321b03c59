"""What people read of the codes by which two nodes refuse each other in a private comparison."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaern.node.crosscheck.rules import intersection_bodies as rules
from vaern.node.crosscheck.rules.intersection import MOST_RUNS

PROBLEMS = {
    rules.NOT_ON: _("The private comparison was not on for both sides, or was switched off meanwhile."),
    rules.OTHER_PAIR: _("It is about two other organisations than those that sent it and got it."),
    rules.OTHER_EPOCH: _("It is of another period of 14 days than the present one."),
    rules.OTHER_KEY: _("It was made with another key than the one that counts now."),
    rules.OLDER_TAGS: _("Newer comparison tags had come before."),
    rules.SIZE: _("It says another number of values than it has, or more or fewer than are allowed."),
    rules.NO_TAGS: _("The values that it is compared with are not ready, or are too few."),
    rules.TOO_OFTEN: _("That side has asked as often as it may: twice in 14 days."),
    rules.ASKED_BEFORE: _("The same was asked before."),
    rules.NOT_ASKED: _("Nothing of the kind was asked, or it is over."),
    rules.ANSWERED_BEFORE: _("It was answered before."),
    rules.UNPROVEN: _("The answer does not hold: it was made with another key, or was changed. Nothing was counted."),
    rules.ELEMENTS: _("What was sent is not what the two sides compute with, or stands in it twice."),
    rules.NOT_PROPOSED: _("Nothing of the kind is proposed any more."),
    rules.PROPOSED_BEFORE: _("That was proposed, or decided, before."),
    rules.CROSSED: _("The other side had proposed the same at that moment; its proposal counts."),
    rules.OVER: _("No answer came before the 14 days ended."),
}
assert MOST_RUNS == 2, "a sentence names it"
