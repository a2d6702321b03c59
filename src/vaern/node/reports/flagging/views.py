"""Pages of the yearly report of a trusted flagger: a year, its files, and the actions on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.flagging import actions, documents, presenters, queries
from vaern.node.reports.flagging.report_forms import DeliveryForm, IndependenceForm, YearForm
from vaern.node.reports.rules.duties import LANGUAGES
from vaern.node.web.components import Definitions
from vaern.node.web.decisions import decide
from vaern.node.web.items import Button
from vaern.node.web.lists import number
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer


@requires(Permission.DESK_MANAGE)
def latest(request: HttpRequest) -> HttpResponse:
    """Show the last complete year."""
    return year(request, timezone.localdate().year - 1)


@requires(Permission.DESK_MANAGE)
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Show a year."""
    viewer = viewer_of(request)
    _known_or_404(viewer, year)
    return render(request, "reports/flagging/year.html", presenters.context(viewer, queries.seen(viewer, year), year))


@requires(Permission.DESK_MANAGE)
def file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    """Download a year as a file: as closed, or as a draft."""
    viewer, version = viewer_of(request), number(request.GET.get("version"), -1)
    _known_or_404(viewer, year)
    if form not in documents.TYPES:
        raise Http404
    content, kept = or_404(queries.taken(viewer, year, None if version < 0 else version))
    language = request.GET.get("lang", "")
    language = language if language in LANGUAGES else translation.get_language() or "en"
    data = documents.as_file(content, kept, form, language)
    response = HttpResponse(data, content_type=documents.TYPES[form])
    name = f"trusted-flagger-{year}" + (f"-{language}" if form == "pdf" else "")
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


@requires(Permission.DESK_MANAGE)
def explain(request: HttpRequest) -> HttpResponse:
    """Edit the explanation of the organisation's independence."""
    viewer = viewer_of(request)
    before = queries.explanation(viewer.organisation)
    initial = {"text": before.text, "text_da": before.text_da} if before else None

    def do(form: Any) -> object:
        return actions.explain(viewer, form.reason, form.cleaned_data["text"], form.cleaned_data["text_da"])

    return decide(
        request,
        **_about(timezone.localdate().year - 1),
        title=_("How we stay independent"),
        submit=_("Save"),
        text=_(
            "The report has to explain by which procedures your organisation stays independent of providers of "
            "online platforms. Years that were closed keep what they said."
        ),
        form=partial(IndependenceForm, initial=initial),
        do=do,
        done=lambda made: (
            _("Saved as version %(n)s. Years that you close from now on say it so.") % {"n": made.version}
        ),
    )


@requires(Permission.DESK_MANAGE)
def close(request: HttpRequest, year: int) -> HttpResponse:
    """Close a year."""
    viewer = viewer_of(request)
    _known_or_404(viewer, year)
    return decide(
        request,
        **_about(year),
        title=_("Close %(year)s") % {"year": year},
        submit=_("Close the year"),
        text=_(
            "The report is kept as it is counted now, for ever, under its digest. Read first whether each provider "
            "is named as it should be: the report is public, and holds no personal data. It can be closed again."
        ),
        form=YearForm,
        do=lambda form: actions.close(viewer, form.reason, year),
        done=lambda made: Result(
            _("%(year)s is closed as version %(n)s. Send it to the coordinator, publish it, and note both here.")
            % {"year": year, "n": made.version},
            then=Button(_("Note that it was sent"), reverse("reports:flagger-deliver", args=[year])),
        ),
    )


@requires(Permission.DESK_MANAGE)
def deliver(request: HttpRequest, year: int) -> HttpResponse:
    """Record that a closed year was sent or published."""
    viewer = viewer_of(request)
    kept = or_404(next(iter(queries.versions(viewer, year)), None))

    def do(form: Any) -> object:
        given = form.cleaned_data
        return actions.deliver(viewer, form.reason, kept, given["what"], given["day"], given["place"])

    return decide(
        request,
        **_about(year),
        title=_("Sent or published"),
        submit=_("Note it"),
        text=_(
            "The node sends nothing itself. Note what you did with the newest version of the closed year. What is "
            "noted as published can be read by everybody at /trusted-flaggers/ too."
        ),
        form=DeliveryForm,
        do=do,
        done=lambda made: (
            (
                _("Noted: version %(n)s of %(year)s was published. Everybody can read it at /trusted-flaggers/ too.")
                if made.what == "published"
                else _("Noted: version %(n)s of %(year)s was sent to the coordinator.")
            )
            % {"n": made.report.version, "year": year}
        ),
    )


def _known_or_404(viewer: Viewer, year: int) -> None:
    """Refuse a year before the status, or one that has not begun."""
    if year not in queries.years(viewer):
        raise Http404


def _at(year: int) -> str:
    return reverse("reports:flagger", args=[year])


def _about(year: int) -> dict[str, Any]:
    """Return what `decide` says of the year that it is about."""
    return {
        "subject": Definitions([(_("Year"), year)]),
        "crumbs": [(_("Trusted flagger"), _at(year))],
        "back": _at(year),
    }
