"""The start stops at a route that declares no permission: a check of Django walks every route and API operation."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from vaern.node.organisations.access import OPERATION_SOURCES, TRIED, Declaration, declared, of_the_api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def routes(
    patterns: Sequence[URLPattern | URLResolver] | None = None, route: str = "/", namespace: str = ""
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Yield the route, the full name and the view of every address of the node."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inside = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry.url_patterns, f"{route}{entry.pattern}", inside)
        else:
            yield f"{route}{entry.pattern}", f"{namespace}{entry.name or ''}", entry.callback


def declarations() -> Iterator[tuple[str, Declaration | None]]:
    """Yield every route and every operation of the API with what it declares, None for nothing."""
    for route, name, view in routes():
        if not of_the_api(view):
            yield route, declared(view, name)
    for source in OPERATION_SOURCES:
        yield from source()


def origin(view: Callable[..., Any]) -> str:
    """Say which version of a library a view comes with, and which was tried; nothing for a view of ours."""
    package = view.__module__.split(".")[0]
    if package not in TRIED:
        return ""
    name, tried = TRIED[package]
    return f" It comes with {name} {version(name)}; the version that was tried is {tried}."


@register
def every_route_is_declared(**_kwargs: object) -> list[Error]:
    """Return an error for each route that declares nothing, and one if the API hides its operations."""
    views = {route: view for route, _, view in routes()}
    found = [
        Error(
            f"{route} declares no permission.{origin(views[route]) if route in views else ''}",
            hint="Put @requires(Permission.…) or @public('why') above the view, or its name into access.THIRD_PARTY.",
            id="organisations.E001",
        )
        for route, declaration in declarations()
        if declaration is None
    ]
    if not OPERATION_SOURCES and any(of_the_api(view) for _, _, view in routes()):
        found.append(
            Error(
                "The API does not list its operations.", hint="Use access.OPERATION_SOURCES.", id="organisations.E002"
            )
        )
    return found
