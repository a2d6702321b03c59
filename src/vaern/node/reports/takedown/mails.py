"""The mails of the takedown: notice, reminder, block. Sealed until they are sent; in the reader's language.

The mail of a notice is the only place outside the node with the exact address in clear text, because the host needs
it; a desk can restrict it to the host portal (`Desk.url_in_notice`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from vaern.node.reports.base import flagger_status
from vaern.node.reports.base.addresses import defanged
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.models import LegalGround
from vaern.node.reports.rules.assessments import label
from vaern.node.reports.rules.duties import LANGUAGES
from vaern.node.reports.takedown import citations, machine, tokens
from vaern.node.reports.takedown.addresses import url_of
from vaern.node.reports.takedown.grounds import rests
from vaern.node.reports.takedown.labels import OFFENCES
from vaern.node.web.mail import composed, defer_mail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.reports.models import Block, Host, Location, Notice
    from vaern.node.web.mail import Attached


def link(path: str) -> str:
    """Return the absolute URL of a page of this node, from the configuration."""
    return f"{settings.CONFIGURATION.address}{path}"


@dataclass(frozen=True)
class NoticeMail:
    """The mail of one notice, or of several to one host that say the same of several places.

    Attributes:
        to: where it goes.
        template, context, language: what it is made of (`web.mail.composed`).
        attached, report: the machine-readable parts.
    """

    to: str
    template: str
    context: dict[str, Any]
    language: str
    attached: Sequence[Attached] = ()
    report: str = ""

    @property
    def text(self) -> tuple[str, str]:
        """Subject and text, as they are sent."""
        return composed(self.template, self.context, self.language)


def send_notice(notice: Notice, location: Location) -> None:
    """Queue the mail of a notice or a reminder in the transaction of the act."""
    send_notices([(notice, location)])


def send_notices(pairs: Sequence[tuple[Notice, Location]]) -> list[NoticeMail]:
    """Queue the mails of notices in the transaction of the act, and return them.

    What goes to one host and says the same but for the place goes together.
    """
    together = [pairs] if len(pairs) == 1 else _together(pairs)
    mails = [_mail(same) for same in together]
    for mail, same in zip(mails, together, strict=True):
        defer_mail(
            mail.to,
            mail.template,
            mail.context,
            language=mail.language,
            organisation=same[0][1].organisation_id,
            attached=mail.attached,
            report=mail.report,
        )
    return mails


def _together(pairs: Sequence[tuple[Notice, Location]]) -> list[Sequence[tuple[Notice, Location]]]:
    found: dict[tuple[object, ...], list[tuple[Notice, Location]]] = {}
    for notice, location in pairs:
        found.setdefault(_said(notice, location), []).append((notice, location))
    return [*found.values()]


def _said(notice: Notice, location: Location) -> tuple[object, ...]:
    """Return all that a notice says beside the place: notices that are equal in it can share a mail."""
    return (
        notice.host_id,
        notice.level,
        notice.anonymous,
        notice.reminded > 0,
        notice.legal_ground,
        notice.cites,
        notice.flagger_id,
        location.organisation_id,
        location.report.offence,
        rests(location),
    )


def _language(notice: Notice) -> str:
    return notice.host.language if notice.host.language in LANGUAGES else "en"


def _mail(pairs: Sequence[tuple[Notice, Location]]) -> NoticeMail:
    """Return the mail of notices that say the same but for the place."""
    notice, location = pairs[0]
    language, shown = _language(notice), desk_of(location.organisation).url_in_notice
    with translation.override(language):
        rested = rests(location)
    attached: list[Attached] = []
    for one, at in pairs if shown and not notice.anonymous else ():
        parts = machine.parts(one, at, url_of(at.item))
        attached += parts if len(pairs) == 1 else parts[1:]  # a feedback report is of one notice alone
    context = {
        "reminder": notice.reminded > 0,
        "level": notice.level,
        "organisation": "" if notice.anonymous else location.organisation.name,
        "country": "" if notice.anonymous or not location.organisation.member else location.organisation.member,
        "reference": ", ".join(dict.fromkeys(at.report.code for _notice, at in pairs)),
        "offence": OFFENCES.get(location.report.offence, OFFENCES["unclear"]),
        "ground": ground_name(notice.legal_ground, language),
        "rests": rested,
        "says": citations.says(notice.cites, language),
        "priority": flagger_status.claim(notice, language),
        "places": [
            {"number": f"{n}) " if len(pairs) > 1 else "", **_place(one, at, shown=shown)}
            for n, (one, at) in enumerate(pairs, 1)
        ],
        "expires": timezone.localtime(min(one.expires_at for one, _at in pairs)),
    }
    report = "feedback-report" if attached and len(pairs) == 1 else ""
    return NoticeMail(
        notice.host.abuse, f"reports/takedown/mail/notice_{language}", context, language, tuple(attached), report
    )


def _place(notice: Notice, location: Location, *, shown: bool) -> dict[str, Any]:
    return {
        "url": url_of(location.item) if shown else "",
        "ip": location.ip or "",
        "traced_at": location.traced_at and timezone.localtime(location.traced_at),
        "link": link(reverse("reports:portal", args=[tokens.token_of(notice.id, tokens.NOTICE)])),
    }


def send_correction(notice: Notice, location: Location) -> None:
    """Queue the mail that a notice no longer stands, without the content or its location."""
    language = notice.host.language if notice.host.language in LANGUAGES else "en"
    defer_mail(
        to=notice.host.abuse,
        template=f"reports/takedown/mail/correction_{language}",
        context={
            "organisation": "" if notice.anonymous else location.organisation.name,
            "reference": location.report.code,
            "says": citations.says(notice.cites, language),
            "sent_at": timezone.localtime(notice.sent_at),
            "anew": location.report.actionable is None,
        },
        language=language,
        organisation=location.organisation_id,
    )


def send_block(block: Block, location: Location, host: Host, reason: str) -> None:
    """Queue the mail to a location's contact that it is on the blocking list, why, and how to appeal."""
    language = host.language if host.language in LANGUAGES else "en"
    defer_mail(
        to=host.abuse,
        template=f"reports/takedown/mail/block_{language}",
        context={
            "organisation": location.organisation.name,
            "reference": location.report.code,
            "reason": reason,
            "place": defanged(url_of(location.item)),
            "ground": ground_name(block.legal_ground, language),
            "review_date": block.review_date,
            "link": link(reverse("reports:appeal", args=[tokens.token_of(block.id, tokens.BLOCK)])),
        },
        language=language,
        organisation=location.organisation_id,
    )


def ground_name(code: str, language: str | None) -> str:
    """Return the name of a provision in a language; "" without one."""
    name = LegalGround.objects.filter(code=code).order_by("-valid_from").values_list("name", flat=True).first()
    return label(name, language or "en") if name else ""
