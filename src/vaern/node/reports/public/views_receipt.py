"""The dialogue from the reporter's side. The code comes by POST only, so it is in no URL, log or referrer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.organisations.access import public
from vaern.node.organisations.adapter import place_of
from vaern.node.reports.public import actions, presenters, tokens
from vaern.node.reports.public.forms import ReceiptForm, WordsForm
from vaern.node.reports.public.offers import offers_of
from vaern.node.reports.rules import public_form
from vaern.node.web.intake import takes_up_to
from vaern.node.web.places import PLACES, share

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from vaern.node.reports.models import Report

LARGEST = 50_000
WRONG, ADDED = "wrong code", "added words"


@public("who holds a receipt reads the dialogue of their own report; without the code it shows its form")
@takes_up_to(LARGEST)
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """Ask for the code, show its dialogue, and take further words."""
    if request.method != "POST":
        return _code_page(request, ReceiptForm())
    return _add(request) if "opened" in request.POST else _open(request)


def _open(request: HttpRequest) -> HttpResponse:
    form = ReceiptForm(request.POST)
    place = place_of(request)
    valid = form.is_valid()
    if PLACES.count(WRONG, place) >= share(public_form.WRONG_CODES):
        return _ask(request, form, _("Too many wrong codes came from here. Wait an hour, then try again."), 429)
    if not valid:
        return _ask(request, form)
    found = actions.open_dialogue(form.cleaned_data["code"])
    if found is None:
        PLACES.take(WRONG, place, public_form.WRONG_CODES)
        return _ask(request, form, _("There is no report with this code. Look at it once more."))
    report, opened = found
    return dialogue(request, report, WordsForm(initial={"opened": opened, "words": form.cleaned_data["words"]}))


def _add(request: HttpRequest) -> HttpResponse:
    form = WordsForm(request.POST)
    id = tokens.report_of(request.POST.get("opened", ""))
    if id is None:
        again = ReceiptForm(initial={"words": request.POST.get("words", "")[: public_form.LONGEST_WORDS]})
        return _code_page(request, again, status=422, closed=True)
    report = actions.report_in_dialogue(id)
    if report is None:
        return _ask(request, ReceiptForm(), _("This report is no longer here: what we keep has an end date."))
    if not form.is_valid():
        return dialogue(request, report, form, status=422)
    if not PLACES.take(ADDED, place_of(request), public_form.ADDED_WORDS):
        form.add_error(None, _("Much came from here within the hour. Nothing is lost: wait, then send it again."))
        return dialogue(request, report, form, status=429)
    try:
        report = actions.add_words(id, form.cleaned_data["words"], danger=form.cleaned_data["danger"])
    except Refusal as refusal:
        return _ask(request, ReceiptForm(), str(refusal))
    fresh = WordsForm(initial={"opened": tokens.opened(id)})
    return dialogue(request, report, fresh, added=True, danger=form.cleaned_data["danger"])


def _ask(request: HttpRequest, form: ReceiptForm, wrong: str = "", status: int = 422) -> HttpResponse:
    if form.is_bound and wrong:
        form.add_error("code", wrong)
    return _code_page(request, form, status=status, gone="" if form.is_bound else wrong)


def _code_page(request: HttpRequest, form: ReceiptForm, *, status: int = 200, **said: object) -> HttpResponse:
    context = {"form": form, "desks": presenters.all_desks(), "offers": offers_of(None), **said}
    return render(request, "reports/public/receipt.html", context, status=status)


def dialogue(
    request: HttpRequest,
    report: Report,
    form: WordsForm,
    *,
    status: int = 200,
    added: bool = False,
    danger: bool = False,
) -> HttpResponse:
    """Show the dialogue of a report whose code was typed."""
    with viewing(report.organisation_id):
        context = presenters.dialogue_context(report)
    context |= {"form": form, "added": added, "danger": danger}
    return render(request, "reports/public/dialogue.html", context, status=status)
