"""What the strip of the tour shows above each page of a synthetic node, while somebody is on the tour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.demo.tour import COOKIE, STOPS

if TYPE_CHECKING:
    from django.http import HttpRequest


def strip(request: HttpRequest) -> dict[str, Any]:
    """Return the stop at which somebody is; nothing for everybody else."""
    said = request.COOKIES.get(COOKIE, "")
    if not said.isdecimal() or not 0 < int(said) <= len(STOPS):
        return {}
    number = int(said)
    stop = STOPS[number - 1]
    return {
        "tour": {
            "number": number,
            "of": len(STOPS),
            "title": stop.title,
            "text": stop.text,
            "who": stop.who and stop.who[0],
            "part": stop.part,
            "back": number - 1 if number > 1 else None,
            "next": number + 1 if number < len(STOPS) else None,
        }
    }
