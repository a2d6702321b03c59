"""Template context of every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from vaern.node.web.manual.places import help_for
from vaern.node.web.navigation import ACCOUNT, GROUPS, lines_for

if TYPE_CHECKING:
    from django.http import HttpRequest

THEME_COOKIE = "theme"
THEMES = ("light", "dark")


class Navigation:
    """The navigation, built when a page renders it."""

    def __init__(self, request: HttpRequest) -> None:
        viewer = getattr(request, "viewer", None)
        self._lines = lines_for(viewer.permissions, request.path) if viewer else {}

    @property
    def groups(self) -> list[tuple[object, list[Any]]]:
        """The sidebar items by group name."""
        return [(GROUPS[group], lines) for group, lines in self._lines.items() if group != ACCOUNT]

    @property
    def account(self) -> list[Any]:
        """The items of the account menu."""
        return self._lines.get(ACCOUNT, [])


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
        "navigation": SimpleLazyObject(lambda: Navigation(request)),
    }
