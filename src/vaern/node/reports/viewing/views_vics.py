"""The page that takes graded VICS: every fault with its place, the difference, and then the answers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.rules.stations import Door
from vaern.node.reports.viewing import answers, presenters, presenters_vics, queries, vics
from vaern.node.reports.viewing.forms_vics import MeaningForm, VicsForm
from vaern.node.web.decisions import decide
from vaern.node.web.intake import takes_up_to
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.reports.models import WorkPackage

CARRIED = "sample"
"""The field in which a file that was read travels until it is taken; no draft of a form keeps it."""


@takes_up_to(2 * vics.LARGEST)
@requires(Permission.REPORT_ASSESS)
def vics_file(request: HttpRequest, id: UUID) -> HttpResponse:
    """Read a graded file against a package, show its faults and the difference, and take it."""
    package = or_404(queries.package(id))
    packed = answers.items_of(package)
    before = queries.package_answers(package)
    if request.POST.get("do") == "take" and (graded := _carried(request)) is not None:
        return _take(request, package, graded)
    posted = request.method == "POST"
    form = VicsForm(request.POST if posted else None, request.FILES or None)
    graded = vics.read(form.cleaned_data["file"].read(), packed) if posted and form.is_valid() else None
    meanings = MeaningForm(graded, package.scheme) if graded and graded.media else None
    context = {
        **presenters_vics.context(package, graded, before),
        "choose": form,
        "form": meanings,
        "carried": msgspec.json.encode(graded).decode() if meanings else "",
        "title": _("Bring in graded VICS"),
    }
    status = 422 if posted and meanings is None else 200
    return render(request, "reports/viewing/vics.html", context, status=status)


def _take(request: HttpRequest, package: WorkPackage, graded: vics.Graded) -> HttpResponse:
    """Take the answers of a file whose categories a person has given a meaning."""
    viewer = viewer_of(request)

    def do(form: Any) -> list[answers.Outcome]:
        return answers.take_whole(viewer, form.reason, package, form.answers, Door.VICS)

    return decide(
        request,
        **presenters.package_about(package),
        title=_("Bring in graded VICS"),
        form=partial(MeaningForm, graded, package.scheme),
        do=do,
        done=lambda made: _said(sum(one.made for one in made), sum(not one.made for one in made)),
        template="reports/viewing/vics.html",
        more={
            **presenters_vics.context(package, graded, queries.package_answers(package)),
            "carried": msgspec.json.encode(graded).decode(),
        },
    )


def _carried(request: HttpRequest) -> vics.Graded | None:
    """Return the file that the page carried; None if it did not arrive whole."""
    try:
        return msgspec.json.decode(request.POST.get(CARRIED, ""), type=vics.Graded)
    except msgspec.DecodeError:
        return None


def _said(made: int, before: int) -> str:
    said = ngettext("%(n)s answer taken.", "%(n)s answers taken.", made) % {"n": made}
    if before:
        known: Any = ngettext("%(n)s came before.", "%(n)s came before.", before) % {"n": before}
        return f"{said} {known}"
    return said
