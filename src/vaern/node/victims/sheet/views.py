"""The work list of series, and the pages of one: overview, files, graph, timeline."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.retention.views import keep_view
from vaern.node.casework.sheets import found_or_404, own_or_404, record_page
from vaern.node.casework.workstations.views import to_workstation
from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.victims.base.pages import about
from vaern.node.victims.models import Series
from vaern.node.victims.sheet import actions, acts, looks, presenters, queries
from vaern.node.victims.sheet.connections import connections
from vaern.node.victims.sheet.dates import dates_of
from vaern.node.victims.sheet.filters import SeriesFilters
from vaern.node.victims.sheet.workstation import goods
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table


@listed("victims:series-list", gettext_lazy("Series"), Permission.SERIES_VIEW, kind=Series.KIND)
def series_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the series that the viewer may see."""
    search = queries.Search(**SeriesFilters(given).values)
    page = queries.series_list(viewer, search, given)
    return presenters.list_table(viewer, page, search, looks.looked_at(viewer, page.rows))


@requires(Permission.SERIES_VIEW)
def series_list(request: HttpRequest) -> HttpResponse:
    """Show the series that the viewer may see, with the funnel and a search."""
    viewer = viewer_of(request)
    return list_page(
        request,
        title=_("Series"),
        buttons=[Button(_("Look up a hash"), reverse("victims:known"))],
        table=series_table(request),
        extra={"funnel": presenters.funnel_bars(queries.funnel(viewer))},
        template="victims/sheet/list.html",
    )


@requires(Permission.SERIES_VIEW)
def series(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one series; asks for the reason once in a session."""
    found = found_or_404(Series, id)
    return record_page(request, found, "victims/sheet/series.html", read=queries.sheet, show=presenters.sheet_context)


@requires(Permission.SERIES_VIEW)
def files(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show the files of a series page by page, each with why it belongs."""
    found = found_or_404(Series, id)
    read = partial(queries.members, parameters=request.GET)
    show = partial(presenters.files_context, found)
    return record_page(request, found, "victims/sheet/files.html", of=found, read=read, show=show)


@requires(Permission.SERIES_VIEW)
def graph(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what a series is connected with."""
    found = found_or_404(Series, id)
    read = partial(queries.consulted, connections)
    show = partial(presenters.graph_context, found)
    return record_page(request, found, "victims/sheet/graph.html", of=found, read=read, show=show)


@requires(Permission.SERIES_VIEW)
def timeline(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what happened in and around a series."""
    found = found_or_404(Series, id)
    read = partial(queries.consulted, dates_of)
    show = partial(presenters.timeline_context, found)
    return record_page(request, found, "victims/sheet/timeline.html", of=found, read=read, show=show)


@requires(Permission.SERIES_RELEASE)
def workstation(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the files of a series to a workstation, as VICS."""
    found = own_or_404(Series, id)
    return to_workstation(request, found, goods(found), acts.EXPORTED, about(found))


keep = keep_view(
    Permission.SERIES_WORK,
    Series,
    about,
    title=gettext_lazy("Keep this series longer"),
    text=gettext_lazy("Every series has an end date. Say until when this one is still needed, and why."),
)


@requires(Permission.SERIES_WORK)
def work(request: HttpRequest, id: UUID) -> HttpResponse:
    """Assign a series to oneself."""
    found = own_or_404(Series, id)
    return decide(
        request,
        **about(found),
        title=_("Work on this series"),
        submit=_("I work on it"),
        text=_("Your colleagues see that you do. It stays yours until somebody else takes it over."),
        form=PlainReasonForm,
        do=lambda form: actions.work_on(viewer_of(request), form.reason, found),
        done=_working(found),
    )


def _working(series: Series) -> Result:
    """Say that it is theirs; where a colleague had it, giving it back is a word between the two, and no undo."""
    words = {"code": series.code}
    if series.working is not None:
        text = _("You work on %(code)s now, and %(name)s no longer does: tell them.")
        return Result(text % {**words, "name": series.working.name})
    text = _("You work on %(code)s now, and your colleagues see it.") % words
    return Result(text, Undo(reverse("victims:leave-series", args=[series.pk])))


@requires(Permission.SERIES_WORK)
def leave(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give up a series that one works on."""
    found = own_or_404(Series, id)
    return decide(
        request,
        **about(found),
        title=_("Work on this series no longer"),
        submit=_("I no longer work on it"),
        text=_("It stays with your organisation, and stands in the list as nobody’s until somebody takes it."),
        form=PlainReasonForm,
        do=lambda form: actions.leave(viewer_of(request), form.reason, found),
        done=Result(
            _("Nobody works on %(code)s now. It stands in the list for whoever takes it.") % {"code": found.code},
            Undo(reverse("victims:work-on-series", args=[found.pk])),
        ),
    )
