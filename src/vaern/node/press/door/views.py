"""The pages of the door, the endpoints for phones, and the service worker."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import public, requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.press.base.events import find
from vaern.node.press.door import actions, presenters, queries
from vaern.node.press.journalists import queries as journalists
from vaern.node.press.rules import door as rules
from vaern.node.web.decisions import at_once
from vaern.node.web.intake import takes_up_to
from vaern.node.web.lists import list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.middleware import HEADERS

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vaern.node.press.models import PressEvent

WORKER = Path(__file__).with_name("worker.js")
LARGEST = 100_000
"""Bytes that a phone sends at once."""


@requires(Permission.PRESS_DOOR)
@require_safe
def doors(request: HttpRequest) -> HttpResponse:
    """Show the events that have a door now."""
    return list_page(
        request,
        title=_("Press door"),
        lead=_("Open the door of an event on the phone before you go: then it works without the net."),
        table=presenters.doors_table(queries.events(viewer_of(request))),
    )


@requires(Permission.PRESS_DOOR)
@require_safe
def door(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show the page that a phone keeps: it holds nobody's name."""
    event = _event_or_404(request, id)
    answer = render(request, "press/door/door.html", {"event": event, "until": int(queries.until(event).timestamp())})
    answer["Permissions-Policy"] = HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")
    return answer


@requires(Permission.PRESS_DOOR)
def door_list(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show who is accredited, and check somebody in without a script or a badge."""
    viewer, event = viewer_of(request), _event_or_404(request, id)
    if request.method == "POST":
        return at_once(
            request,
            lambda: _check_in(request, event),
            request.path,
            done=_("Checked in. The list shows when they came."),
        )
    table = presenters.list_table(event, queries.door_list(viewer, event), get_token(request))
    way = [(_("Press door"), reverse("press:doors")), (event.title, reverse("press:door", args=[event.pk]))]
    return list_page(request, title=_("The list on line"), heading=event.title, crumbs=way, table=table)


def _check_in(request: HttpRequest, event: PressEvent) -> None:
    try:
        chosen = UUID(request.POST.get("registration", ""))
        id = UUID(request.POST["id"]) if "id" in request.POST else uuid4()
    except ValueError:
        raise Refusal(_("Nobody on the list was chosen.")) from None
    found = or_404(journalists.find(viewer_of(request), chosen))
    actions.check_in(viewer_of(request), event, found, id)


@requires(Permission.PRESS_DOOR)
@require_safe
def badges(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give a phone what it needs to recognise badges."""
    event = _event_or_404(request, id)
    found = [
        {
            "lookup": bytes(badge.lookup).hex(),
            "sealed": base64.b64encode(bytes(badge.sealed)).decode(),
            "came": _ms(badge.registration.came_at),
        }
        for badge in queries.badges(viewer_of(request), event)
    ]
    return JsonResponse({"until": int(queries.until(event).timestamp()), "csrf": get_token(request), "badges": found})


@requires(Permission.PRESS_DOOR)
@takes_up_to(LARGEST)
@require_POST
def sync(request: HttpRequest, id: UUID) -> HttpResponse:
    """Store what a phone kept while offline."""
    event = or_404(find(viewer_of(request), id))
    try:
        heard = actions.take(viewer_of(request), event, rules.read(request.body))
    except Refusal:
        return JsonResponse({"error": "gone"}, status=410)
    except ValueError:
        return JsonResponse({"error": "no such message"}, status=400)
    answer: list[dict[str, Any]] = [
        {"id": str(one.id), "known": one.known, "first": one.first, "came": _ms(one.came_at), "phone": one.phone}
        for one in heard
    ]
    return JsonResponse({"heard": answer})


@public("a script without a word of anybody, the same for all: the browser asks for it without a session")
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker for offline use; its path defines its scope."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


def _event_or_404(request: HttpRequest, id: UUID) -> PressEvent:
    found = find(viewer_of(request), id)
    return or_404(found if found and queries.has_door(found) else None)


def _ms(at: Any) -> int | None:
    return int(at.timestamp() * 1000) if at else None
