"""`/.well-known/security.txt`: whom to write to about a weakness (RFC 9116)."""

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
        address: of the node; named as the canonical place only where it is reached over TLS, as the RFC asks.
        languages: in which to write, as tags.
        now: with an offset; the text of one day is the same.
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
    """Say whom to write to; where nobody is named, there is no such file."""
    configuration = settings.CONFIGURATION
    if not configuration.security_contact:
        raise Http404
    languages = [code for code, _name in settings.LANGUAGES]
    found = text(configuration.security_contact, configuration.address, languages, timezone.now())
    return HttpResponse(found, content_type="text/plain; charset=utf-8")
