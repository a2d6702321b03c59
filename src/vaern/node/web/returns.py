"""The page to which a form leads back: one of this node, whatever was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django.http import HttpRequest


def way_back(request: HttpRequest, otherwise: str, name: str = "back") -> str:
    """Return the address that a form sends as its way back, without its anchor, if it is on this node.

    Args:
        request: a POST.
        otherwise: what is returned else.
        name: of the parameter.
    """
    back = request.POST.get(name, "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back.partition("#")[0] if safe else otherwise
