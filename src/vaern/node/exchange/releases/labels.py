"""What people read of the codes by which a release of another node is refused, or does not go on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaern.node.exchange.rules import releases as rules
from vaern.node.exchange.rules.peers import State

PROBLEMS = {
    rules.NO_TERMS: _("It said neither how it has to be handled nor until when."),
    rules.OTHER_COUNTRY: _("It named other countries than those of the two organisations."),
    rules.NO_GROUND: _("It named no ground on which it went to another country."),
    rules.TOO_LONG: _("Its sight had ended, or would have lasted longer than is allowed there."),
    rules.TWICE: _("It had been released there before."),
    rules.NEVER_RELEASED: _("Nothing had been released by that sender under that number."),
    f"{rules.PEER}{State.SUSPENDED.value}": _("Waits: the exchange with that node is suspended."),
    f"{rules.PEER}{State.ENDED.value}": _("Did not leave: the exchange with that node was ended."),
    f"{rules.PEER}{State.MET.value}": _("Waits: that node has not been confirmed."),
    rules.PEER_DOES_NOT_ANSWER: _("Waits: that node does not answer."),
}
