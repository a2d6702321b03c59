"""What every page of the alliance that asks something shares: try it, and say in the reader's words why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.rules import LONGEST_NOTE, Reason, Why
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.views import ask, done

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


def attempt(request: HttpRequest, act: Callable[[], Any]) -> bool:
    """Do it, or say why the rules refuse it."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    return True


class RevisionForm(forms.Form):
    """Nothing to fill in; carries the revision that was on the page, so that of two who act the second is told."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class WhyForm(RevisionForm):
    """Why, in words."""

    why = forms.CharField(label=_("Why"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3}))

    @property
    def reason(self) -> Reason:
        """What was said; only after `is_valid()`."""
        return Reason(Why.ADMINISTRATION, self.cleaned_data["why"].strip())


def revision_of(request: HttpRequest, now: int) -> int:
    """Return the revision that somebody began from: what the form carries, or what is there now."""
    sent = request.POST.get("revision", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else now


def decide(
    request: HttpRequest,
    do: Callable[[Reason, int], Any],
    revision: int,
    *,
    title: str,
    submit: str,
    told: str,
    to: str,
    subject: object,
    then: str = "",
    text: str = "",
    why: bool = False,
    danger: bool = False,
) -> HttpResponse:
    """Ask whether something is to be done, and why where that has to be said; do it, or say why not.

    `to` is the page that it began from; `then` the page after it, where the first is not theirs to see any more;
    `subject` says what it is done to.
    """
    form_class = WhyForm if why else RevisionForm
    form = form_class(request.POST if request.method == "POST" else None, initial={"revision": revision})
    if request.method == "POST" and form.is_valid():
        reason = form.reason if isinstance(form, WhyForm) else ADMINISTRATION
        if attempt(request, lambda: do(reason, form.cleaned_data["revision"])):
            return done(request, told, then or to)
        return HttpResponseRedirect(to)
    return ask(request, form, title, text=text, submit=submit, back=to, danger=danger, subject=subject)
