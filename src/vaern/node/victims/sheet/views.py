"""The work list of series, and the pages of one: overview, files, graph, timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.reasons import reason_for
from vaern.node.casework.retention.views import keep_view
from vaern.node.external.labels import FILTER
from vaern.node.external.rules import LONGEST
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.victims.base import parts
from vaern.node.victims.base.pages import about, found_or_404, own_or_404
from vaern.node.victims.rules.series import State
from vaern.node.victims.sheet import actions, presenting, queries
from vaern.node.victims.sheet.connections import connections
from vaern.node.victims.sheet.dates import dates_of
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.SERIES_VIEW)
def series_list(request: HttpRequest) -> HttpResponse:
    """Show the series that the viewer may see, the funnel, and let them search."""
    viewer = viewer_of(request)
    state, whose, number = (request.GET.get(name, "") for name in ("state", "whose", "number"))
    search = queries.Search(
        text=request.GET.get("q", "").strip()[:LONGEST],
        state=state if state in set(State) else "",
        whose=whose if whose in {"own", "released", "mine"} else "",
        new=request.GET.get("new", "") == "yes",
        number=number if number in FILTER else "",
    )
    page = queries.series_list(viewer, search, request.GET)
    seen = queries.looked_at(viewer, page.rows)
    table = presenting.list_table(viewer, page, search, request.GET.get("sort", ""), seen)
    context = {"table": table, "funnel": presenting.funnel_bars(queries.funnel(viewer))}
    return render(request, "victims/sheet/list.html", context)


@requires(Permission.SERIES_VIEW)
def series(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one series; asks for the reason once in a session."""
    viewer, found = viewer_of(request), found_or_404(request, id)
    reason = reason_for(request, found.subject)
    sheet = queries.sheet(viewer, found, reason)
    news = presenting.news_of(queries.news(viewer, found, sheet.looked_at)) if sheet.looked_at else []
    context = {
        **presenting.sheet_context(viewer, sheet, reason, news),
        "parts": [
            (part.get("id", ""), part["title"], render_to_string(part["template"], part["context"], request))
            for part in parts.parts_for(viewer, found, reason)
        ],
    }
    return render(request, "victims/sheet/series.html", context)


@requires(Permission.SERIES_VIEW)
def files(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show the files of a series page by page, each with why it belongs."""
    viewer, found = viewer_of(request), found_or_404(request, id)
    reason = reason_for(request, found.subject)
    page = queries.members(viewer, found, reason, request.GET)
    context = {
        **presenting.head_context(viewer, found, "files", reason),
        "table": presenting.files_table(viewer, page, found),
    }
    return render(request, "victims/sheet/files.html", context)


@requires(Permission.SERIES_VIEW)
def graph(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what a series is connected with."""
    viewer, found = viewer_of(request), found_or_404(request, id)
    reason = reason_for(request, found.subject)
    queries.consult(viewer, found, reason)
    context = {
        **presenting.head_context(viewer, found, "graph", reason),
        **presenting.graph_context(connections(viewer, found), found),
    }
    return render(request, "victims/sheet/graph.html", context)


@requires(Permission.SERIES_VIEW)
def timeline(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what happened in and around a series."""
    viewer, found = viewer_of(request), found_or_404(request, id)
    reason = reason_for(request, found.subject)
    queries.consult(viewer, found, reason)
    context = {
        **presenting.head_context(viewer, found, "timeline", reason),
        "timeline": presenting.timeline_of(viewer, found, dates_of(viewer, found)),
    }
    return render(request, "victims/sheet/timeline.html", context)


keep = keep_view(
    Permission.SERIES_WORK,
    own_or_404,
    about,
    title=gettext_lazy("Keep this series longer"),
    text=gettext_lazy("Every series has an end date. Say until when this one is still needed, and why."),
)


@requires(Permission.SERIES_WORK)
def work(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a series on oneself."""
    found = own_or_404(request, id)
    return decide(
        request,
        **about(found),
        title=_("Work on this series"),
        submit=_("I work on it"),
        text=_("Your colleagues see that you do. It stays yours until somebody else takes it over."),
        form=PlainReasonForm,
        do=lambda form: actions.work_on(viewer_of(request), form.reason, found),
    )
