"""Pages on which people say what belongs together: merges, what is apart, splits, moves, the end of a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm, WorkForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.victims.grouping import erasing, merging, presenting, queries, taking
from vaern.node.victims.grouping.forms import HashesForm, OtherSeriesForm, SplitForm, VersionForm
from vaern.node.victims.sheet.asking import ask, at, own_or_404, viewer_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer


@requires(Permission.SERIES_VIEW)
def proposals(request: HttpRequest) -> HttpResponse:
    """Show the merges that wait for a person."""
    viewer = viewer_of(request)
    page = queries.proposals(viewer, request.GET)
    table = presenting.proposals_table(page.rows, works=viewer.may(Permission.SERIES_WORK), page=page)
    return render(request, "victims/grouping/proposals.html", {"table": table})


@requires(Permission.SERIES_WORK)
def confirm(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say that the files of a series belong together."""
    series = own_or_404(request, id)
    return ask(
        request,
        series,
        VersionForm,
        lambda viewer, form: merging.confirm(viewer, form.reason, series, form.cleaned_data["version"]),
        title=_("Confirm that the files belong together"),
        submit=_("Confirm"),
        to=at(series, "grouping"),
        initial={"version": series.version},
        text=_("From then on no program glues another series to this one. Single files still join by their links."),
    )


@requires(Permission.SERIES_WORK)
def unconfirm(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the confirmation back."""
    series = own_or_404(request, id)
    return ask(
        request,
        series,
        WorkForm,
        lambda viewer, form: merging.unconfirm(viewer, form.reason, series),
        title=_("Take the confirmation back"),
        submit=_("Take back"),
        to=at(series, "grouping"),
    )


@requires(Permission.SERIES_WORK)
def merge(request: HttpRequest, id: UUID) -> HttpResponse:
    """Merge a series with another one of the organisation."""
    series = own_or_404(request, id)
    return ask(
        request,
        series,
        OtherSeriesForm,
        lambda viewer, form: merging.merge(viewer, form.reason, series, form.cleaned_data["code"]),
        title=_("Merge with another series"),
        submit=_("Merge"),
        to=reverse("victims:series-list"),
        viewer=viewer_of(request),
        initial={"code": request.GET.get("with", "")[:9]},
        text=_(
            "The older one takes over the files of the younger, unless another desk has the younger. If it is undone, "
            "each file is back where it was."
        ),
    )


@requires(Permission.SERIES_WORK)
def keep_apart(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say that two series are not one."""
    series = own_or_404(request, id)
    return ask(
        request,
        series,
        OtherSeriesForm,
        lambda viewer, form: merging.keep_apart(viewer, form.reason, series, form.cleaned_data["code"]),
        title=_("Keep apart from another series"),
        submit=_("Keep apart"),
        to=at(series, "grouping"),
        viewer=viewer_of(request),
        text=_("Whatever links them, they are not merged and it is not proposed, until somebody takes this back."),
    )


@requires(Permission.SERIES_WORK)
def refuse(request: HttpRequest, proposal: UUID) -> HttpResponse:
    """Refuse a merge."""
    found = queries.find_proposal(viewer_of(request), proposal)
    if found is None:
        raise Http404
    return ask(
        request,
        found.one,
        WorkForm,
        lambda viewer, form: merging.refuse(viewer, form.reason, found),
        title=_("Keep %(one)s and %(other)s apart") % {"one": found.one.code, "other": found.other.code},
        submit=_("Keep apart"),
        to=reverse("victims:proposals"),
        text=_("Whatever links them, they are not merged and it is not proposed, until somebody takes this back."),
    )


@requires(Permission.SERIES_WORK)
def undo(request: HttpRequest, merge: UUID) -> HttpResponse:
    """Undo a merge."""
    found = queries.find_merge(viewer_of(request), merge)
    if found is None:
        raise Http404
    return ask(
        request,
        found.kept,
        WorkForm,
        lambda viewer, form: merging.undo(viewer, form.reason, found),
        title=_("Undo the merge of %(code)s") % {"code": found.absorbed.code},
        submit=_("Undo"),
        danger=True,
        to=at(found.kept, "grouping"),
        text=_("Its files go back, with those that came later because of them, and the two are kept apart."),
    )


@requires(Permission.SERIES_WORK)
def lift(request: HttpRequest, separation: UUID) -> HttpResponse:
    """Take back that two series are kept apart."""
    found = queries.find_separation(viewer_of(request), separation)
    if found is None:
        raise Http404
    return ask(
        request,
        found.one,
        WorkForm,
        lambda viewer, form: merging.lift_separation(viewer, form.reason, found.one, found.other),
        title=_("No longer keep %(one)s and %(other)s apart") % {"one": found.one.code, "other": found.other.code},
        submit=_("Take back"),
        to=at(found.one, "grouping"),
    )


@requires(Permission.SERIES_WORK)
def split(request: HttpRequest, id: UUID) -> HttpResponse:
    """Split files off into a series of their own."""
    series = own_or_404(request, id)

    def do(viewer: Viewer, form: Any) -> object:
        given = form.cleaned_data
        return merging.split(viewer, form.reason, series, given["numbers"], given["version"])

    return ask(
        request,
        series,
        SplitForm,
        do,
        title=_("Split files off"),
        submit=_("Split"),
        to=at(series, "grouping"),
        initial={"version": series.version},
        text=_("They become a series of their own, and the two are kept apart."),
    )


@requires(Permission.SERIES_WORK)
def move(request: HttpRequest, member: int) -> HttpResponse:
    """Move one file to another series."""
    found = queries.find_member(viewer_of(request), member)
    if found is None:
        raise Http404
    return ask(
        request,
        found.series,
        OtherSeriesForm,
        lambda viewer, form: merging.move_member(viewer, form.reason, found, form.cleaned_data["code"]),
        title=_("Move file #%(n)s to another series") % {"n": found.pk},
        submit=_("Move"),
        to=at(found.series, "grouping"),
        viewer=viewer_of(request),
        text=_("The two series are kept apart from then on, so that no link takes the file back."),
    )


@requires(Permission.SERIES_WORK)
def add(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add a file by its hashes."""
    series = own_or_404(request, id)
    return ask(
        request,
        series,
        HashesForm,
        lambda viewer, form: taking.add_by_hash(
            viewer, form.reason, form.cleaned_data["hashes"], series, synthetic=series.synthetic
        ),
        title=_("Add a file by its hashes"),
        submit=_("Add"),
        to=at(series, "grouping"),
        text=_("It stays in this series, whatever it is linked to."),
    )


@requires(Permission.SERIES_ERASE)
def erase(request: HttpRequest, id: UUID) -> HttpResponse:
    """Erase a series."""
    series = own_or_404(request, id)
    return ask(
        request,
        series,
        PlainReasonForm,
        lambda viewer, form: erasing.erase(viewer, form.reason, series),
        title=_("Erase this series"),
        submit=_("Erase"),
        danger=True,
        to=reverse("victims:series-list"),
        text=_(
            "The series and what is known of its files are erased, here and in what it absorbed, and cannot be brought "
            "back. Scans and reports stay. Every recipient has to acknowledge."
        ),
    )
