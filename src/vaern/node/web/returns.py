"""The page to which a form leads back: one of this node, whatever was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django.http import HttpRequest


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether an address is on this node; an empty one is none."""
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


def way_back(request: HttpRequest, otherwise: str, name: str = "back") -> str:
    """Return the address that a form sends as its way back, without its anchor, if it is on this node.

    Args:
        request: a POST.
        otherwise: what is returned else.
        name: of the parameter.
    """
    back = request.POST.get(name, "")
    return back.partition("#")[0] if is_ours(request, back) else otherwise
