"""Mails to journalists: in their language, with the link to their page, sent with the transaction they report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation

from vaern.node.press.base.times import in_place
from vaern.node.press.journalists.links import address_of
from vaern.node.web.mail import defer_mail

if TYPE_CHECKING:
    from vaern.node.press.models import Registration


def tell(registration: Registration, what: str, **more: Any) -> None:
    """Send a mail to a journalist.

    Args:
        registration: whose.
        what: the mail: `confirm`, `again`, `accepted`, `listed`, `refused` or `withdrawn`.
        more: what only this mail says.
    """
    event, says = registration.event, registration.says
    language = says["language"] or "en"
    with translation.override(language):
        times = {name: in_place(getattr(event, name), event.zone) for name in ("begins", "ends")}
        times["deadline"] = in_place(event.deadline, event.zone)
        arrived = in_place(registration.arrived_at, event.zone)
    context = {
        "event": event,
        "says": says,
        "link": address_of(registration.pk),
        "times": times,
        "arrived": arrived,
        "late": registration.late,
        **more,
    }
    defer_mail(
        says["email"], f"press/mail/{what}", context, language=language, organisation=registration.organisation_id
    )
