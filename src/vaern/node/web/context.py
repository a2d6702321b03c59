"""What every page knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - Django's signature
    """Return what the base template shows."""
    return {"synthetic": settings.CONFIGURATION.synthetic}
