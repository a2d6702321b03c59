"""The mail to a domain's contact: that it is to be blocked, why, under which law, and how to appeal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from vaern.node.reports.domains import tokens
from vaern.node.reports.rules.duties import LANGUAGES
from vaern.node.reports.takedown.mails import ground_name, link
from vaern.node.web.mail import defer_mail

if TYPE_CHECKING:
    from vaern.node.reports.models import DomainBlock, Host, Location


def send(block: DomainBlock, location: Location, host: Host, domain: str, because: str) -> None:
    """Queue the mail in the transaction of the act."""
    language = host.language if host.language in LANGUAGES else "en"
    defer_mail(
        to=host.abuse,
        template=f"reports/domains/mail/domain_{language}",
        context={
            "organisation": location.organisation.name,
            "reference": location.report.code,
            "domain": domain.replace(".", "[.]"),
            "because": because,
            "ground": ground_name(block.legal_ground, language),
            "review_date": block.review_date,
            "link": link(reverse("reports:stopped")),
            "code": tokens.token_of(block.pk),
        },
        language=language,
        organisation=location.organisation_id,
    )
