"""Pages of all locations, of times to removal, and of the list of hosts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.models import Report
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.takedown import hosts as host_rows
from vaern.node.reports.takedown import (
    labels,
    presenters,
    presenters_hosts,
    presenters_statistics,
    queries,
    removal_times,
    results,
)
from vaern.node.reports.takedown.forms import HostForm
from vaern.node.reports.takedown.statistics import removal
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page, one_of
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Host
    from vaern.node.web.tables import Table


@listed("reports:still-up", gettext_lazy("Still up"), Permission.REPORT_TAKEDOWN, kind=Report.KIND)
def still_up_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the locations that are still up."""
    state, waits = one_of(given, "state", LocationState), one_of(given, "waits", queries.WAITS)
    return presenters.still_up_table(queries.still_up(viewer, state, given, waits=waits), state, waits)


@requires(Permission.REPORT_TAKEDOWN)
def still_up(request: HttpRequest) -> HttpResponse:
    """List the locations that are still up, with their clocks."""
    template, form = "reports/takedown/still_up.html", {"form": presenters.CHECKS}
    return list_page(request, title=_("Still up"), table=still_up_table(request), template=template, extra=form)


@requires(Permission.REPORT_TAKEDOWN)
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the times to removal; counts only."""
    viewer = viewer_of(request)
    context = presenters_statistics.statistics_context(removal(viewer), queries.holds_counted(viewer))
    context["kept"] = presenters_statistics.kept_table(removal_times.removals(viewer))
    return render(request, "reports/takedown/statistics.html", context)


@listed("reports:hosts", gettext_lazy("Hosts"), Permission.REPORT_TAKEDOWN, kind="host")
def hosts_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the parties that the organisation can notify."""
    return presenters_hosts.hosts_table(host_rows.hosts(viewer, given))


@requires(Permission.REPORT_TAKEDOWN)
def hosts(request: HttpRequest) -> HttpResponse:
    """List the parties that the organisation can notify."""
    return list_page(
        request,
        title=_("Hosts"),
        buttons=[Button(_("Add a host"), reverse("reports:new-host"), primary=True)],
        table=hosts_table(request),
    )


@requires(Permission.REPORT_TAKEDOWN)
def new_host(request: HttpRequest) -> HttpResponse:
    """Add a host."""
    return _edit(request, None, _("Add a host"))


@requires(Permission.REPORT_TAKEDOWN)
def host(request: HttpRequest, host: int) -> HttpResponse:
    """Change a host."""
    found = or_404(host_rows.find(viewer_of(request), host) if host < 2**63 else None)
    return _edit(request, found, found.name)


def _edit(request: HttpRequest, found: Host | None, title: str) -> HttpResponse:
    viewer, back = viewer_of(request), reverse("reports:hosts")
    version = host_rows.mark(found) if found else None

    def do(form: Any, seen: str = "") -> object:
        return host_rows.keep(viewer, found, seen, **form.cleaned_data)

    def now() -> tuple[object, object]:
        assert found is not None  # a new one is never stale
        found.refresh_from_db()
        return host_rows.mark(found), presenters_hosts.host_facts(found)

    return decide(
        request,
        title=title,
        subject=labels.KINDS[found.kind] if found else None,
        crumbs=[(_("Hosts"), back)],
        back=back,
        submit=_("Save"),
        form=partial(HostForm, initial=_initial(found)),
        do=do,
        done=results.host_kept,
        version=version,
        now=now,
    )


def _initial(host: Host | None) -> dict[str, str]:
    if host is None:
        return {"language": "en"}
    return {name: getattr(host, name) for name in host_rows.FIELDS}
