"""Pages about appeals: those of one's organisation, write, check, withdraw."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.base.refusals import Refusal
from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.reasons import reason_for
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.victims.appeals import actions, presenters, queries
from vaern.node.victims.appeals.forms import AppealForm, CheckForm
from vaern.node.victims.base.pages import about, at
from vaern.node.victims.clues.queries import public_clues
from vaern.node.victims.models import Series
from vaern.node.victims.rules.appeals import AppealEvent, AppealState, Check, after
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Appeal
    from vaern.node.web.tables import Table


@listed("victims:appeals", gettext_lazy("Appeals"), Permission.SERIES_VIEW, kind="appeal")
def appeals_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the appeals of the viewer's organisation."""
    return presenters.list_table(queries.appeals(viewer, given))


@requires(Permission.SERIES_VIEW)
def appeals(request: HttpRequest) -> HttpResponse:
    """Show the appeals of one's organisation."""
    return list_page(
        request,
        title=_("Appeals"),
        lead=_(
            "Objects, in words. Each was checked by two people who did not write it; each ends by itself, and at once "
            "when the child is known."
        ),
        buttons=[Button(_("The public page"), reverse("victims:public-appeals"))],
        table=appeals_table(request),
    )


@requires(Permission.SERIES_WORK)
def write(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write an appeal for a series."""
    series = own_or_404(Series, id)
    clues = public_clues(series, series.organisation_id)

    def check() -> None:
        if not clues:
            raise Refusal(_("Mark a clue as one that may be made public first: an appeal rests on clues."))

    def do(form: Any) -> object:
        given = form.cleaned_data
        return actions.write(
            viewer_of(request), form.reason, series, form.texts, [int(one) for one in given["clues"]], given["ends_on"]
        )

    return decide(
        request,
        **about(series, "" if clues else "clues"),
        title=_("Ask the public about an object"),
        submit=_("Save the draft"),
        text=_("Words only. Two people who did not write it check it: the law, and the child's safety."),
        check=check,
        form=partial(AppealForm, initial=_before(request, series), clues=clues),
        do=do,
        then=at(series, "appeals"),
        done=lambda made: Result(
            _("The draft of appeal %(code)s is saved. Two others check it before it is public.") % {"code": made.code},
            Undo(reverse("victims:withdraw-appeal", args=[made.pk])),
        ),
    )


def _before(request: HttpRequest, series: Series) -> dict[str, Any]:
    """Return what stands in the form at first: what an appeal said that is written anew, if one is."""
    code = request.GET.get("anew", "")
    found = next((one for one in queries.appeals_of(series) if one.code == code), None)
    if found is None:
        return {}
    reason_for(request, series)
    said = {
        f"{name}_{lang}": text
        for lang, texts in queries.texts_of(found).items()
        for name, text in zip(("title", "text"), texts, strict=True)
    }
    return {**said, "clues": [str(clue.pk) for clue in found.clues.all()]}


@requires(Permission.APPEAL_APPROVE)
def appeal(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one appeal as it would be public, with its checks."""
    found = or_404(queries.find(viewer_of(request), id))
    reason_for(request, found.series)
    return render(request, "victims/appeals/appeal.html", presenters.appeal_context(viewer_of(request), found))


@requires(Permission.APPEAL_APPROVE)
def check(request: HttpRequest, id: UUID) -> HttpResponse:
    """Do one of the two checks."""
    found = or_404(queries.find(viewer_of(request), id))
    reason_for(request, found.series)
    return decide(
        request,
        **presenters.about(found),
        title=_("Check this appeal"),
        submit=_("I checked it"),
        text=_("You did not write it, and you do one check only. The second check makes it public at once."),
        check=lambda: after(AppealState(found.state), AppealEvent.CHECK),
        form=CheckForm,
        do=lambda form: actions.check(viewer_of(request), form.reason, found, Check(form.cleaned_data["check"])),
        done=_checked,
        template="victims/appeals/check.html",
        more=presenters.words_context(found),
    )


def _checked(appeal: Appeal) -> str:
    words = {"code": appeal.code, "day": date_format(appeal.ends_on)}
    if appeal.published_at:
        return _("Both checks of appeal %(code)s are done: it is public until %(day)s.") % words
    return _("Your check of appeal %(code)s is recorded. When somebody else does the other, it is public.") % words


@requires(Permission.SERIES_WORK)
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    """Withdraw an appeal at once."""
    found = or_404(queries.find(viewer_of(request), id))
    return decide(
        request,
        **presenters.about(found),
        title=_("Withdraw this appeal"),
        submit=_("Withdraw"),
        danger=True,
        text=_("It is gone from the public page at once."),
        form=PlainReasonForm,
        do=lambda form: actions.withdraw(viewer_of(request), form.reason, found),
        then=at(found.series, "appeals"),
        done=_(
            "Appeal %(code)s is withdrawn: nobody reads it in public, and no more tips come in. Its words stay here."
        )
        % {"code": found.code},
    )
