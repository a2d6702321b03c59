"""Which page of the manual helps on which page of the node: `places.toml`, by the beginnings of routes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest


@dataclass(frozen=True)
class Place:
    """What helps on some pages.

    Attributes:
        help: the page of the manual, and the anchor in it: `how-to/cases#open-one`.
        says: what its text speaks of; a test looks for it there.
        routes: beginnings of routes; of several that fit, the longest counts. One that ends in `$` is a whole route.
    """

    help: str
    says: Sequence[str]
    routes: Sequence[str]


@cache
def places() -> tuple[Place, ...]:
    """Return all of them."""
    text = files(__package__).joinpath("places.toml").read_text("utf-8")
    return tuple(Place(**one) for one in tomllib.loads(text)["place"])


@lru_cache(maxsize=1024)
def place_of(route: str) -> Place | None:
    """Return what helps on the pages of a route (`/cases/<uuid:id>/`), or None."""
    fitting = [(len(begin), one) for one in places() for begin in one.routes if fits(begin, route)]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def fits(begin: str, route: str) -> bool:
    """Whether a route begins so, or is this one."""
    return route == begin[:-1] if begin.endswith("$") else route.startswith(begin)


def help_for(request: HttpRequest) -> str:
    """Return the address of the help of a page; of a page that no route has, the contents of the manual."""
    match = request.resolver_match
    found = place_of(f"/{match.route}") if match else None
    if found is None:
        return reverse("manual")
    name, sign, anchor = found.help.partition("#")
    return reverse("manual-page", args=[name]) + sign + anchor
