"""Pages of progress: the alliance, a member, a goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from vaern.node.alliance.maturity import presenters as maturity
from vaern.node.alliance.maturity import queries as declared
from vaern.node.alliance.progress import presenters, queries
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """Show every member with every goal."""
    found = queries.overview(viewer_of(request))
    return render(request, "alliance/progress/progress.html", presenters.overview_context(found))


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def member(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one member."""
    found = or_404(queries.member(viewer_of(request), id))
    stands, _earlier = declared.of_member(viewer_of(request), id)
    context = {**presenters.member_context(found), "declared": len(stands)}
    return render(request, "alliance/progress/member.html", context)


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def goal(request: HttpRequest, code: str) -> HttpResponse:
    """Show one goal."""
    found = or_404(queries.goal(viewer_of(request), code))
    capabilities = maturity.of_goal(found.target.capabilities, *declared.of_all(viewer_of(request)))
    context = {**presenters.goal_context(found), "capabilities": capabilities}
    return render(request, "alliance/progress/goal.html", context)
