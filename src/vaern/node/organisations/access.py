"""Every route declares what it asks for; a route that does not, stops the start; one place enforces it.

    @requires(Permission.SCAN_VIEW)
    def scan(request, id): ...

    @public("the page that says the node is alive")
    def health(request): ...

`declared(view)` reads the declaration, `AccessMiddleware` enforces it for pages; the API's `GuardedRouter` for the API.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.organisations.rules import Permission

View = TypeVar("View", bound="Callable[..., Any]")


@dataclass(frozen=True)
class Declaration:
    """What a route asks for: a permission, or nothing, and then why."""

    permission: Permission | None
    because: str = ""


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare that a route is for people who have this permission."""

    def declare(view: View) -> View:
        view.declaration = Declaration(permission)  # type: ignore[attr-defined]
        return view

    return declare


def public(because: str) -> Callable[[View], View]:
    """Declare that a route is for everybody, signed in or not, and why that is right."""

    def declare(view: View) -> View:
        view.declaration = Declaration(None, because)  # type: ignore[attr-defined]
        return view

    return declare


def declared(view: Callable[..., Any]) -> Declaration | None:
    """Return what a view declares, through decorators and class-based views; None if it declares nothing."""
    found = getattr(view, "declaration", None) or getattr(getattr(view, "view_class", None), "declaration", None)
    while found is None and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
        found = getattr(view, "declaration", None)
    return found
