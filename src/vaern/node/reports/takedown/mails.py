"""The mails of the takedown: notice, reminder, block. Sealed until they are sent; in the reader's language.

The mail of a notice is the only place outside the node with the exact address in clear text, because the host needs
it; a desk can restrict it to the host portal (`Desk.url_in_notice`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from vaern.node.web.mail import defer_mail

if TYPE_CHECKING:
    from vaern.node.reports.models import Block, Host, Location, Notice


def link(path: str) -> str:
    """Return the absolute URL of a page of this node, from the configuration."""
    return f"{settings.CONFIGURATION.address}{path}"


def send_notice(notice: Notice, location: Location) -> None:
    """Queue the mail of a notice or a reminder in the transaction of the act."""
    language = notice.host.language if notice.host.language in LANGUAGES else "en"
    url, shown = url_of(location.item), desk_of(location.organisation).url_in_notice
    with translation.override(language):
        rested = rests(location)
    attached = machine.parts(notice, location, url) if shown and not notice.anonymous else ()
    defer_mail(
        to=notice.host.abuse,
        template=f"reports/takedown/mail/notice_{language}",
        context={
            "reminder": notice.reminded > 0,
            "level": notice.level,
            "organisation": "" if notice.anonymous else location.organisation.name,
            "country": "" if notice.anonymous or not location.organisation.member else location.organisation.member,
            "reference": location.report.code,
            "offence": OFFENCES.get(location.report.offence, OFFENCES["unclear"]),
            "ground": ground_name(notice.legal_ground, language),
            "rests": rested,
            "says": citations.says(notice.cites, language),
            "priority": flagger_status.claim(notice, language),
            "url": url if shown else "",
            "ip": location.ip or "",
            "traced_at": location.traced_at and timezone.localtime(location.traced_at),
            "link": link(reverse("reports:portal", args=[tokens.token_of(notice.id, tokens.NOTICE)])),
            "expires": timezone.localtime(notice.expires_at),
        },
        language=language,
        organisation=location.organisation_id,
        attached=attached,
        report="feedback-report" if attached else "",
    )


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
