"""Pages about data that providers hold and their clocks: all that run, and what is done to one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.cases.assistance import held_data, presenters, queries, results
from vaern.node.cases.assistance.data import current
from vaern.node.cases.assistance.forms import ClockForm, HeldForm, ProlongForm, SettleForm, end_of_typed
from vaern.node.cases.assistance.subjects import about_held
from vaern.node.cases.base.subjects import about
from vaern.node.cases.models import Case
from vaern.node.cases.rules.clocks import Settled
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import list_page
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table


@listed("cases:assistance-clocks", gettext_lazy("Clocks"), Permission.ASSISTANCE_VIEW, kind="case")
def clocks_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return every clock of the viewer's organisation that runs, or ran out unnoted."""
    rows, page = queries.ending(viewer, given)
    return presenters.clocks_table(
        rows,
        may_work=viewer.may(Permission.ASSISTANCE_WORK),
        with_case=True,
        page=page,
        caption=_("Clocks that run, or ran out"),
    )


@requires(Permission.ASSISTANCE_VIEW)
def clocks(request: HttpRequest) -> HttpResponse:
    """Show every clock of the viewer's organisation that runs, or ran out unnoted; the first end first."""
    return list_page(
        request,
        title=_("Clocks"),
        heading=_("Until when data are there"),
        crumbs=[(_("Legal assistance"), reverse("cases:assistance"))],
        lead=_(
            "What this page says is computed now. A clock gives an alarm 14, 7, 3 and 1 days before its end, and when "
            "it ran out."
        ),
        table=clocks_table(request),
    )


def _asking(request: HttpRequest) -> str:
    """Return the code of the viewer's country; "" for an organisation of none."""
    member = viewer_of(request).organisation.member
    return member.code if member else ""


@requires(Permission.ASSISTANCE_WORK)
def add(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down data that a provider holds."""
    case = own_or_404(Case, id)

    def do(form: Any) -> object:
        given = form.cleaned_data
        return held_data.add(
            viewer_of(request),
            form.reason,
            case,
            label=given["label"],
            holder=given["holder"],
            data=DataKind(given["data"]),
            details={"provider": given["provider"].strip(), "identifier": given["identifier"].strip()},
            kept_until=form.kept_until_at,
            reported_at=form.reported_at,
        )

    return decide(
        request,
        **about(case),
        title=_("Data that a provider holds"),
        submit=_("Save"),
        text=_("The clock runs from now: an alarm comes 14 days before they are lost, or at once."),
        form=partial(HeldForm, book=current(), asking=_asking(request)),
        do=do,
        done=results.held,
    )


@requires(Permission.ASSISTANCE_WORK)
def start(request: HttpRequest, id: UUID) -> HttpResponse:
    """Start one more clock for held data."""
    held = or_404(queries.find_held(viewer_of(request), id))

    def do(form: Any) -> object:
        return held_data.start(
            viewer_of(request), form.reason, held, form.chosen, form.starts_at, form.ends_at, form.cleaned_data["basis"]
        )

    return decide(
        request,
        **about_held(held),
        title=_("Start a clock"),
        submit=_("Start"),
        form=partial(ClockForm, held=held),
        do=do,
        done=results.runs,
    )


@requires(Permission.ASSISTANCE_WORK)
def prolong(request: HttpRequest, id: int) -> HttpResponse:
    """Give a clock a later end."""
    clock = or_404(queries.find_clock(viewer_of(request), id))
    law = held_data.law_of_clock(clock)
    by_law = law is not None and law.prolongs is not None

    def do(form: Any) -> object:
        until = end_of_typed(form.cleaned_data.get("until"), clock.held.holder)
        return held_data.prolong(viewer_of(request), form.reason, clock, until)

    return decide(
        request,
        **about_held(clock.held),
        title=_("Prolong a clock"),
        submit=_("Prolong"),
        text=_("Only when the other side has confirmed it. The alarms begin anew for the new end."),
        form=partial(ProlongForm, by_law=by_law),
        do=do,
        done=results.runs,
    )


@requires(Permission.ASSISTANCE_WORK)
def settle(request: HttpRequest, id: int) -> HttpResponse:
    """Stop a clock before its end."""
    clock = or_404(queries.find_clock(viewer_of(request), id))
    others = queries.later_clocks(clock)

    def do(form: Any) -> object:
        given = form.cleaned_data
        return held_data.settle(viewer_of(request), form.reason, clock, Settled(given["how"]), given.get("by"))

    return decide(
        request,
        **about_held(clock.held),
        title=_("Stop a clock"),
        submit=_("Stop"),
        text=_("A clock that was stopped gives no alarm any more."),
        form=partial(SettleForm, others=others),
        do=do,
        done=results.stopped,
    )


@requires(Permission.ASSISTANCE_WORK)
def note_lapse(request: HttpRequest, id: int) -> HttpResponse:
    """Acknowledge that a clock ran out."""
    clock = or_404(queries.find_clock(viewer_of(request), id))
    return decide(
        request,
        **about_held(clock.held),
        title=_("Take note"),
        submit=_("Take note"),
        text=_("It waits no longer. That it ran out stays in the case, in the ledger and in the numbers."),
        form=PlainReasonForm,
        do=lambda form: held_data.note_lapse(viewer_of(request), form.reason, clock),
        done=lambda made: (
            _("“%(label)s” waits no longer. That the clock ran out stays in the case, and in the numbers.")
            % {"label": made.held.label}
        ),
    )
