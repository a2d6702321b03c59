"""Pages of the frame: the declaration, the capabilities, and the history of the real alliance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaern.node.alliance.frame import presenters
from vaern.node.alliance.maturity import queries
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.components import Tab

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def _show(request: HttpRequest, here: str, context: dict[str, Any]) -> HttpResponse:
    history = _("History of the alliance")
    names = {"frame": _("Targets and goals"), "capabilities": _("Capabilities"), "history": history}
    tabs = [Tab(label, reverse(f"alliance:{name}"), name == here) for name, label in names.items()]
    return render(request, f"alliance/frame/{here}.html", {**context, "tabs": tabs})


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def declaration(request: HttpRequest) -> HttpResponse:
    """Show the policy targets, the operational goals and the menu of actions."""
    return _show(request, "frame", presenters.declaration_context())


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def capabilities(request: HttpRequest) -> HttpResponse:
    """Show what the Model National Response says a country needs to have."""
    declared = queries.of_all(viewer_of(request))
    return _show(request, "capabilities", presenters.capabilities_context(*declared))


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Show what is told of the real alliance, apart from everything that this node counts."""
    return _show(request, "history", presenters.history_context())
