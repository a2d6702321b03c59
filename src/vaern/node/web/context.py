"""Template context of every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from vaern.node.web.manual.places import help_for
from vaern.node.web.navigation import Menu, menu_for

if TYPE_CHECKING:
    from django.http import HttpRequest

THEME_COOKIE = "theme"
THEMES = ("light", "dark")


def menu_of(request: HttpRequest) -> Menu:
    """Return the menu of whoever is signed in, built when a page renders it; an empty one for others."""
    viewer = getattr(request, "viewer", None)
    return menu_for(viewer.permissions, request.path) if viewer else Menu()


def theme_of(request: HttpRequest) -> str:
    """Return the chosen theme: `light`, `dark`, or "" to follow the device."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the base templates."""
    return {
        "synthetic": settings.CONFIGURATION.synthetic,
        "node_name": settings.CONFIGURATION.host,
        "theme": theme_of(request),
        "languages": settings.LANGUAGES,
        "session_seconds": {"idle": settings.IDLE_SECONDS, "warn": settings.WARN_SECONDS},
        "viewer": getattr(request, "viewer", None),
        "help_url": SimpleLazyObject(lambda: help_for(request)),
        "navigation": SimpleLazyObject(lambda: menu_of(request)),
    }
