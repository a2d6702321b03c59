"""Pages of the cross-check desk, and of those who ask it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from vaern.node.casework import kinds
from vaern.node.casework.reasons import reason_for
from vaern.node.crosscheck.desk import actions, presenters, queries
from vaern.node.crosscheck.desk.forms import AnswerForm, CountryForm, NamingForm, NudgeForm
from vaern.node.crosscheck.registry.presenters import of_record
from vaern.node.crosscheck.registry.views import enrolment_or_404
from vaern.node.crosscheck.rules.desk import Because
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.crosscheck.models import CountryQuestion


@requires(Permission.CROSSCHECK_RELATE)
def groups(request: HttpRequest) -> HttpResponse:
    """Show the groups of meetings, by keyed values alone."""
    found, left = queries.groups(viewer_of(request))
    older = number_format(left, force_grouping=True)
    return list_page(
        request,
        title=_("Cross-check desk"),
        lead=_(
            "Records of different organisations that hold the same keyed values. You see no record, no name and no "
            "value; those to whom they belong decide whether to talk."
        ),
        note=_("%(n)s older matches are not related here.") % {"n": older} if left else "",
        table=presenters.groups_table(found),
    )


@requires(Permission.CROSSCHECK_RELATE)
def group(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one group: its keys, its meetings, and a picture of both."""
    found = or_404(queries.inside(viewer_of(request), id))
    return render(request, "crosscheck/desk/group.html", presenters.group_context(found))


@requires(Permission.CROSSCHECK_RELATE)
def nudge(request: HttpRequest, id: UUID) -> HttpResponse:
    """Suggest to both sides of a meeting that they say who they are."""
    viewer, met = viewer_of(request), or_404(queries.find_meeting(id))
    back = reverse("crosscheck:group", args=[id])
    return decide(
        request,
        title=_("Suggest to talk"),
        subject=presenters.met_facts(met),
        crumbs=[(_("Cross-check desk"), reverse("crosscheck:groups")), (_("Group"), back)],
        back=back,
        submit=_("Suggest"),
        text=_("Both sides are told that the desk suggests to talk, and why. You do not learn who they are."),
        form=NudgeForm,
        do=lambda form: actions.nudge(viewer, form.reason, id, Because(form.cleaned_data["because"])),
        done=_("Both sides read that the desk suggests to talk, and why. They decide; you do not learn who they are."),
    )


@requires(Permission.CROSSCHECK_RELATE)
def questions(request: HttpRequest) -> HttpResponse:
    """Show the open questions about countries."""
    table = presenters.questions_table(queries.questions(viewer_of(request)))
    return list_page(
        request,
        title=_("Which country?"),
        lead=_(
            "Organisations ask to which country a record of theirs belongs. The signs are computed from keyed values; "
            "you pass them on, or say that it cannot be said."
        ),
        table=table,
    )


@requires(Permission.CROSSCHECK_RELATE)
def answer_country(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what the signs point to; pass it on, or say that there is no answer."""
    found = queries.find_question(id)
    or_404(found)
    assert found is not None
    back = reverse("crosscheck:questions")

    def do(form: Any) -> queries.Question:
        declined = form.cleaned_data["answer"] == "decline"
        return actions.answer_country(viewer_of(request), form.reason, id, declined=declined)

    return decide(
        request,
        title=_("Which country?"),
        subject=presenters.asked_facts(found, queries.keys_of(found)),
        crumbs=[(_("Which country?"), back)],
        back=back,
        submit=_("Answer"),
        text=_("The organisation that asked sees the countries and these lines. It decides what to do with them."),
        shown=presenters.pointed_to(found),
        form=AnswerForm,
        do=do,
        done=lambda made: (
            _("Answered: it cannot be said. The organisation that asked reads that.")
            if made.declined
            else _("Answered. The organisation that asked reads the countries and the reasons, and decides.")
        ),
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
            context["scores"] = presenters.scores(found)
            context["desks"] = presenters.desks_table(found)
        return render(request, "crosscheck/desk/answer.html", context)

    def do(form: Any) -> CountryQuestion:
        given = form.cleaned_data
        return actions.ask_country(viewer, form.reason, enrolment, given["host"], given["address"])

    return decide(
        request,
        title=_("Which country?"),
        subject=about,
        crumbs=[(_("Matches"), reverse("crosscheck:meetings"))],
        back=back,
        submit=_("Ask"),
        text=_(
            "The cross-check desk sees how many keys the record has and what the signs point to; not the record, "
            "and not what a key stands for. It passes on a country with the reasons; you decide."
        ),
        form=CountryForm,
        do=do,
        done=_("The cross-check desk is asked. Its answer comes to this page."),
        then=reverse("crosscheck:ask-country", args=[kind, id]),
    )


@requires(Permission.DESK_MANAGE)
def naming(request: HttpRequest) -> HttpResponse:
    """Decide whether the organisation's country may be named."""
    viewer = viewer_of(request)
    now = queries.may_be_named(viewer)
    return decide(
        request,
        title=_("May our country be named?"),
        subject=viewer.organisation.name,
        back="/",
        submit=_("Save"),
        text=_(
            "When another organisation asks the cross-check desk to which country a record belongs, and yours "
            "holds the same keys, your country can be one of the signs. Without this it never is."
        ),
        form=partial(NamingForm, initial={"country": now}),
        do=lambda form: actions.name_country(viewer, form.reason, allowed=form.cleaned_data["country"]),
        done=Result(
            _("Saved. It holds for every question that is asked from now on."),
            Undo(reverse("crosscheck:naming"), {"country": "on"} if now else {}),
        ),
        then=reverse("crosscheck:naming"),
    )
