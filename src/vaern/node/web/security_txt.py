"""`/.well-known/security.txt`: the contact for security issues (RFC 9116)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest

PATH = ".well-known/security.txt"
"""Below the address of the node (RFC 9116, section 3)."""

HOLDS_FOR = timedelta(days=180)
"""The text is made as it is asked for, so only a copy of it grows stale, after so long. Less than a year (2.5.5)."""


def text(contact: str, address: str, languages: list[str], now: datetime) -> str:
    """Return the text.

    Args:
        contact: `mailto:…` or `https://…`.
        address: of the node; given as canonical only over TLS, as the RFC requires.
        languages: preferred languages, as tags.
        now: aware; the text is the same throughout a day.
    """
    expires = datetime.combine(now.astimezone(UTC).date() + HOLDS_FOR, time(), UTC)
    lines = [
        "# About weaknesses of this node only. Never send child sexual abuse material, hashes or data of a real case.",
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages)}",
    ]
    if address.startswith("https://"):
        lines.append(f"Canonical: {address}/{PATH}")
    return "\n".join(lines) + "\n"


@require_safe
@cache_control(public=True, max_age=3600)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Answer with the file; 404 if no contact is configured."""
    configuration = settings.CONFIGURATION
    if not configuration.security_contact:
        raise Http404
    languages = [code for code, _name in settings.LANGUAGES]
    found = text(configuration.security_contact, configuration.address, languages, timezone.now())
    return HttpResponse(found, content_type="text/plain; charset=utf-8")
