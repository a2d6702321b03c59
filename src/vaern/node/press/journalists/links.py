"""The link to a journalist's page: derived from the registration's id with the node's secret, stored as a digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from vaern.node.base.sealing import keyed
from vaern.node.press.models import Registration
from vaern.node.press.models.registration import LINK

if TYPE_CHECKING:
    from uuid import UUID


def token_of(registration: UUID) -> str:
    """Return the token of a registration: 40 hexadecimal digits that nobody makes without the node's secret."""
    return keyed(str(registration), "press link token").hex()[:40]


def digest_of(token: str) -> bytes:
    """Return the digest of a token, as the database stores it."""
    return keyed(token, LINK)


def address_of(registration: UUID) -> str:
    """Return the whole address of a journalist's page."""
    return f"{settings.CONFIGURATION.address}{reverse('press:mine', args=[token_of(registration)])}"


def behind(token: str) -> Registration | None:
    """Return the registration with this token, or None."""
    found: Registration | None = (
        Registration.everywhere.filter(link=digest_of(token)).select_related("event__organisation").first()
    )
    return found
