"""Pages of the desk: the work list, its saved views and preferences, and the settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.desk import listing, preferences, queries
from vaern.node.reports.desk.forms import DeskForm, ViewForm
from vaern.node.reports.desk.presenters import settings_facts
from vaern.node.reports.desk.search import read
from vaern.node.reports.models import Report
from vaern.node.web.decisions import decide
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import SavedView
    from vaern.node.web.tables import Table


@listed("reports:worklist", gettext_lazy("Work list"), Permission.REPORT_VIEW, kind=Report.KIND)
def worklist_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the reports of the viewer's desk."""
    search = read(given)
    return listing.table(viewer, search, queries.worklist(viewer, search, given))


@requires(Permission.REPORT_VIEW)
def worklist(request: HttpRequest) -> HttpResponse:
    """Show the work list."""
    viewer, search = viewer_of(request), read(request.GET)
    found = queries.worklist(viewer, search, request.GET)
    table = worklist_table.offered(viewer, listing.table(viewer, search, found))
    return render(request, "reports/desk/worklist.html", listing.page_context(viewer, search, found, table))


@requires(Permission.REPORT_VIEW)
def live(request: HttpRequest) -> HttpResponse:
    """Poll for an open work list, every two seconds: 204, or an update once an urgent report came or was claimed.

    The update holds the list itself only if its first page is open, and else the line above it.
    """
    viewer = viewer_of(request)
    if queries.pulse(viewer) == request.GET.get("seen", ""):
        return HttpResponse(status=204)
    search = read(request.GET)
    found = queries.worklist(viewer, search, {name: given for name, given in request.GET.items() if name == "sort"})
    first_page = request.GET.get("page", "") == "first"
    table = worklist_table.offered(viewer, listing.table(viewer, search, found)) if first_page else None
    context = {**listing.live_context(viewer, found), "table": table}
    return render(request, "reports/desk/live.html", context)


@requires(Permission.REPORT_VIEW)
def views(request: HttpRequest) -> HttpResponse:
    """Save the current search under a name, and show the saved ones."""
    viewer, search = viewer_of(request), read({**request.GET.dict(), **request.POST.dict()})
    before = {one.name for one in queries.saved_views(viewer)}

    def kept(made: SavedView) -> Result:
        words = _("“%(name)s” is saved, above the work list. Only you see it.") % {"name": made.name}
        forget = Undo(reverse("reports:forget-view", args=[made.pk]))
        return Result(words, None if made.name in before else forget)

    return decide(
        request,
        title=_("Saved views"),
        subject=None,
        back=f"{reverse('reports:worklist')}?{search.query}",
        form=ViewForm,
        do=lambda form: preferences.keep_view(viewer, form.cleaned_data["name"], search.query),
        done=kept,
        template="reports/desk/views.html",
        more={"search": search, "views": queries.saved_views(viewer)},
    )


@requires(Permission.REPORT_VIEW)
@require_POST
def forget_view(request: HttpRequest, id: int) -> HttpResponse:
    """Delete one of the viewer's own saved views."""
    preferences.forget_view(viewer_of(request), id)
    return HttpResponseRedirect(reverse("reports:worklist"))


@requires(Permission.REPORT_VIEW)
def prefer(request: HttpRequest) -> HttpResponse:
    """Set the sound of the viewer's own list."""
    viewer, search = viewer_of(request), read(request.POST)
    if request.method != "POST":
        context = {"preference": queries.preference(viewer), "search": search}
        return render(request, "reports/desk/preferences.html", context)
    preferences.prefer(viewer, sound="sound" in request.POST)
    messages.success(request, _("Chosen, for you alone."))
    return HttpResponseRedirect(f"{reverse('reports:worklist')}?{search.query}")


@requires(Permission.DESK_MANAGE)
def desk(request: HttpRequest) -> HttpResponse:
    """Show and change the settings of the viewer's desk."""
    viewer, found = viewer_of(request), desk_of(viewer_of(request).organisation)
    version = preferences.mark(found)

    def do(form: Any, seen: str) -> object:
        return preferences.change_desk(viewer, form.reason, form.cleaned_data, seen)

    def now() -> tuple[object, object]:
        fresh = desk_of(viewer.organisation)
        return preferences.mark(fresh), settings_facts(fresh)

    text = _(
        "What your organisation decides once for all of its reports. "
        "Each change is recorded, with what stood there before."
    )
    return decide(
        request,
        title=_("How this desk works"),
        subject=None,
        back=reverse("reports:desk"),
        submit=_("Save"),
        text=text,
        form=partial(DeskForm, desk=found),
        do=do,
        done=_("The settings of your desk are saved. They hold from now on; the entry names what stood there before."),
        version=version,
        now=now,
    )
