"""A journalist's side in tests: what they fill in, the mails that they get, the links in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core import mail
from django.utils import timezone

from vaern.node.press.journalists import actions, decisions, links
from vaern.node.press.rules.states import Checked, How
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.press.models import PressEvent, Registration

SAYS = {
    "name": "Ditte Sandgaard (synthetic)",
    "medium": "Nordhavia Morgen",
    "card": "NH-2031-118",
    "issuer": "Union of Journalists of Nordhavia",
    "phone": "",
    "needs": "",
    "language": "en",
}


def says(number: int = 1, **given: str) -> dict[str, str]:
    """Return what the journalist with this number says."""
    return {**SAYS, "email": f"journalist{number}@paper.example", **given}


def registered(event: PressEvent, number: int = 1, **given: Any) -> Registration:
    """Register, without confirming."""
    arrived = given.pop("arrived", None) or timezone.now()
    return actions.register(event, says(number, **given), channel="form", arrived=arrived).registration


def confirmed(event: PressEvent, number: int = 1, **given: Any) -> Registration:
    """Register and confirm."""
    registration = registered(event, number, **given)
    return actions.confirm(registration, says(number, **given))


def verified(officer: Viewer, registration: Registration) -> Registration:
    """Verify medium and card."""
    for what in Checked:
        decisions.check(officer, registration, what, How.CARD_SEEN, good=True)
    return registration


def accredited(officer: Viewer, event: PressEvent, number: int = 1, **given: Any) -> Registration:
    """Register, confirm, be verified and accepted."""
    return decisions.accept(officer, verified(officer, confirmed(event, number, **given)))


def page_of(registration: Registration) -> str:
    """Return the path of a journalist's own page."""
    return f"/press/mine/{links.token_of(registration.pk)}/"


def mails_to(address: str) -> list[Any]:
    """Send what waits, and return the mails that went to an address."""
    send_waiting()
    return [message for message in mail.outbox if message.to == [address]]


def link_in(message: Any) -> str:
    """Return the path of the link in a mail."""
    return re.findall(r"https?://[^/\s]+(/press/mine/[0-9a-f]{40}/)", message.body)[0]
