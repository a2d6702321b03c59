"""Pages of the cross-check desk, and of those who ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework import kinds
from vaern.node.casework.reasons import reason_for
from vaern.node.crosscheck.desk import actions, presenting, queries
from vaern.node.crosscheck.desk.forms import AnswerForm, CountryForm, NamingForm, NudgeForm
from vaern.node.crosscheck.desk.rules import Because
from vaern.node.crosscheck.models import CountryQuestion, Meeting, Naming
from vaern.node.crosscheck.registry.presenting import of_record
from vaern.node.crosscheck.registry.queries import LookUpError
from vaern.node.crosscheck.registry.views import enrolment_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@requires(Permission.CROSSCHECK_RELATE)
def groups(request: HttpRequest) -> HttpResponse:
    """Show the groups of meetings, by keyed values alone."""
    found, left = queries.groups(viewer_of(request))
    return render(request, "crosscheck/desk/groups.html", {"table": presenting.groups_table(found), "left": left})


@requires(Permission.CROSSCHECK_RELATE)
def group(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one group: its keys, its meetings, and a picture of both."""
    found = queries.inside(viewer_of(request), id)
    if found is None:
        raise Http404
    return render(request, "crosscheck/desk/group.html", presenting.group_context(found))


@requires(Permission.CROSSCHECK_RELATE)
def nudge(request: HttpRequest, id: UUID) -> HttpResponse:
    """Suggest to both sides of a meeting that they say who they are."""
    if not Meeting.everywhere.filter(pk=id, inside=False).exists():
        raise Http404
    form, back = NudgeForm(request.POST or None), reverse("crosscheck:group", args=[id])

    def do() -> None:
        actions.nudge(viewer_of(request), form.reason, id, Because(form.cleaned_data["because"]))

    text = _("Both sides are told that the desk suggests to talk, and why. You do not learn who they are.")
    return _done(request, form, do, back, _("Suggest to talk"), text, _("Suggest"))


@requires(Permission.CROSSCHECK_RELATE)
def questions(request: HttpRequest) -> HttpResponse:
    """Show which questions about countries wait."""
    table = presenting.questions_table(queries.questions(viewer_of(request)))
    return render(request, "crosscheck/desk/questions.html", {"table": table})


@requires(Permission.CROSSCHECK_RELATE)
def answer_country(request: HttpRequest, id: UUID) -> HttpResponse:
    """Look at what the signs point to, and pass it on, or say that it cannot be said."""
    found = CountryQuestion.everywhere.filter(pk=id, answered_at=None).first()
    if found is None:
        raise Http404
    form, back = AnswerForm(request.POST or None), reverse("crosscheck:questions")

    def do() -> None:
        declined = form.cleaned_data["answer"] == "decline"
        actions.answer_country(viewer_of(request), form.reason, id, declined=declined)

    text = _("The organisation that asked sees the countries and these lines. It decides what to do with them.")
    return _done(
        request,
        form,
        do,
        back,
        _("Which country?"),
        text,
        _("Answer"),
        scores=presenting.scores(found),
        about=presenting.asked_facts(found),
    )


@requires(Permission.CROSSCHECK_VIEW)
def country(request: HttpRequest, kind: str, id: UUID) -> HttpResponse:
    """Ask the desk to which country a record belongs, and show its answer."""
    viewer, enrolment = viewer_of(request), enrolment_or_404(request, kind, id)
    back = kinds.url_for(viewer, enrolment.subject) or reverse("crosscheck:meetings")
    found = queries.question_of(viewer, enrolment)
    about = of_record(enrolment, back)
    context: dict[str, Any] = {"back": back, "question": found, "again": "again" in request.GET, "about": about}
    if found and request.method != "POST" and not context["again"]:
        if found.answered_at:
            queries.read_answer(viewer, reason_for(request, enrolment.subject), found)
            context["scores"] = presenting.scores(found)
        return render(request, "crosscheck/desk/answer.html", context)
    form = CountryForm(request.POST or None)

    def do() -> None:
        given = form.cleaned_data
        actions.ask_country(viewer, form.reason, enrolment, given["host"], given["address"])

    text = _(
        "The cross-check desk sees how many keys the record has and what the signs point to; not the record, and not "
        "what a key stands for. It passes on a country with the reasons; you decide."
    )
    here = reverse("crosscheck:ask-country", args=[kind, id])
    return _done(request, form, do, here, _("Which country?"), text, _("Ask"), cancel=back, about=about)


@requires(Permission.DESK_MANAGE)
def naming(request: HttpRequest) -> HttpResponse:
    """Decide whether the organisation's country may be named."""
    viewer = viewer_of(request)
    now = Naming.objects.filter(organisation=viewer.organisation, country=True).exists()
    form, here = NamingForm(request.POST or None, initial={"country": now}), reverse("crosscheck:naming")

    def do() -> None:
        actions.name_country(viewer, form.reason, allowed=form.cleaned_data["country"])

    text = _(
        "When another organisation asks the cross-check desk to which country a record belongs, and yours holds the "
        "same keys, your country can be one of the signs. Without this it never is."
    )
    return _done(request, form, do, here, _("May our country be named?"), text, _("Save"), cancel="/")


def _done(
    request: HttpRequest,
    form: Any,
    do: Any,
    back: str,
    title: str,
    text: str,
    submit: str,
    *,
    cancel: str = "",
    scores: Any = None,
    about: Any = None,
) -> HttpResponse:
    """Show a form that asks why, and do it when it was filled in."""
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except (actions.DeskError, LookUpError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(back)
    context = {
        "title": title,
        "text": text,
        "form": form,
        "submit": submit,
        "back": cancel or back,
        "scores": scores,
        "about": about,
    }
    return render(request, "crosscheck/desk/step.html", context, status=422 if form.errors else 200)
