"""Pages of feedback: an entry is contested, its curator answers, and whoever contested reads it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.lists.base.pages import about_entry, found_entry_or_404
from vaern.node.lists.feedback import actions, presenters, queries
from vaern.node.lists.feedback.actions import Answer
from vaern.node.lists.feedback.forms import AnswerForm, ContestForm, FeedbackFilters
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.feedback import Claim, Outcome, answers
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import list_page
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.HASHLIST_VIEW)
def contest(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Contest an entry of a list that one's organisation has."""
    entry = found_entry_or_404(id, number)

    def do(form: Any) -> object:
        given = form.cleaned_data
        claim, classification = Claim(given["claim"]), given["classification"].strip()
        return actions.contest(viewer_of(request), form.reason, entry, claim, classification)

    return decide(
        request,
        **about_entry(entry),
        title=_("Contest this entry"),
        submit=_("Contest"),
        text=_(
            "Whoever keeps the list reads what you say, with the name of your organisation, and answers. The entry is "
            "matched until then. Describe nobody, and no picture: say what you found."
        ),
        check=lambda: actions.check_contest(entry),
        form=ContestForm,
        do=do,
        done=_("Whoever keeps the list has it now. Your front page says when they have answered."),
    )


@requires(Permission.HASHLIST_WORK)
def feedback(request: HttpRequest) -> HttpResponse:
    """Show what others say of entries of the viewer's own lists."""
    search = queries.FeedbackSearch(**FeedbackFilters(request.GET).values)
    return list_page(
        request,
        title=_("Feedback"),
        crumbs=[(_("Hash lists"), reverse("lists:lists"))],
        lead=_("Whoever has your lists says where an entry is wrong. Whoever contested one reads your answer."),
        table=presenters.feedback_table(queries.feedback(viewer_of(request), search, request.GET), search),
    )


@requires(Permission.HASHLIST_WORK)
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer feedback on an entry, by what is done with it."""
    found = or_404(queries.find(number))
    entry = queries.entry_of(found)
    outcomes = [
        outcome
        for outcome in answers(EntryState(entry.state) if entry else None)
        if outcome is not Outcome.CORRECTED or (entry is not None and not entry.list.wishes)
    ]

    def do(form: Any) -> object:
        given = form.cleaned_data
        because = given.get("because")
        return actions.answer(
            viewer_of(request),
            form.reason,
            found,
            Answer(
                Outcome(given["outcome"]),
                RecallReason(because) if because else None,
                given.get("classification", "").strip(),
            ),
        )

    return decide(
        request,
        **presenters.about(found),
        title=_("Answer this feedback"),
        submit=_("Answer"),
        text=_("What you write is read by whoever contested the entry. A recall answers all feedback on it."),
        check=lambda: actions.check_open(found),
        form=partial(AnswerForm, outcomes=outcomes, classification=found.classification),
        do=do,
        done=_("It is answered. Whoever contested the entry finds the answer on their front page."),
    )


@requires(Permission.HASHLIST_VIEW)
def contests(request: HttpRequest) -> HttpResponse:
    """Show what the viewer's organisation contested, with the answers, which are read by that."""
    given = queries.contests(viewer_of(request), request.GET)
    table = presenters.contests_table(given)
    actions.read(given.page.rows)
    return list_page(
        request,
        title=_("What you contested"),
        crumbs=[(_("Hash lists"), reverse("lists:lists"))],
        lead=_("Entries that your organisation said are wrong, and what whoever keeps the list answered."),
        table=table,
    )
