"""One page for everything that a person decides: it asks, does it, and says why not beside what was typed.

    return decide(request, Decision(
        **about(report),                     # subject, crumbs, back: what it acts on and where that stands
        title=_("Close this report"), submit=_("Close"), text=_("…"), form=PlainReasonForm,
        do=lambda form: closing.finish(viewer, form.reason, report),
    ))

What the rules refuse is a `Refusal`, caught here and nowhere else: 422 where what was asked does not do, 409 where the
state of things does not allow it, or somebody else changed them meanwhile. What was typed stays on the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal, Stale
from vaern.node.web.versions import given_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.forms import BaseForm
    from django.http import HttpRequest


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Something that a person decides on a page of its own.

    Attributes:
        title: what is decided; the page's heading.
        subject: what it is done to, a component or text; None where nothing is there yet.
        back: address of the page that it began from, and to which *Cancel* leads.
        do: does it, given the form that was filled in, or None where nothing is asked. An `HttpResponse` that it
            returns, such as a file, is the answer.
        form: makes the form out of what was sent, or empty without anything; None where nothing is asked.
        check: raises a `Refusal` where it cannot be done at all: then the page is not even shown.
        then: address of the page that follows, or makes it out of what `do` returned; `back` if left out.
        done: what is said when it was done, or makes it out of what `do` returned.
        submit: the button; *Continue* if left out.
        text: what follows from it.
        shown: what else to know before.
        crumbs: text and address of each page above this one, the nearest last.
        danger: it cannot be undone.
        version: of what the page shows; the form carries it (`versions.given_version`), and the action compares it.
        now: after a `Stale`: the version that is there now, and what to show of it.
        template: a page that shows more; extends `web/confirm.html`.
        more: what that page needs beyond this.
    """

    title: object
    subject: object
    back: str
    do: Callable[[Any], object]
    form: Callable[..., BaseForm] | None = None
    check: Callable[[], object] | None = None
    then: str | Callable[[Any], str] = ""
    done: Any = ""
    submit: object = ""
    text: object = ""
    shown: object = None
    crumbs: Sequence[tuple[object, str]] = ()
    danger: bool = False
    version: object = None
    now: Callable[[], tuple[object, object]] | None = None
    template: str = "web/confirm.html"
    more: Mapping[str, Any] = field(default_factory=dict)


def decide(request: HttpRequest, decision: Decision) -> HttpResponse:
    """Show the page of a decision, and do it when it was sent; see the head of this module."""
    if request.method != "POST":
        return _not_at_all(request, decision) or _page(request, decision, _form(request, decision), decision.version)
    form = _form(request, decision)
    version: object = given_version(request, decision.version)
    if form is not None and not form.is_valid():
        return _page(request, decision, form, version, status=422)
    try:
        made = decision.do(form)
    except Refusal as refusal:
        now = None
        if isinstance(refusal, Stale) and decision.now is not None:
            version, now = decision.now()
        return refuse(refusal, form, lambda said, status: _page(request, decision, form, version, now, said, status))
    if isinstance(made, HttpResponseBase):
        return cast("HttpResponse", made)  # a streamed file is one too, but for its class
    said = decision.done(made) if callable(decision.done) else decision.done
    messages.success(request, said or _("Done, and recorded."))
    then = decision.then(made) if callable(decision.then) else decision.then
    return HttpResponseRedirect(then or decision.back)


def refuse(refusal: Refusal, form: BaseForm | None, page: Callable[[str, int], HttpResponse]) -> HttpResponse:
    """Answer what the rules refused: at its field, else at the form, or above the button where nothing is asked.

    Args:
        refusal: why not.
        form: valid so far.
        page: makes the answer out of a sentence, "" where the form says it, and the status.
    """
    status = 409 if refusal.conflict else 422
    if form is None:
        return page(str(refusal), status)
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return page("", status)


def at_once(
    request: HttpRequest, do: Callable[[], Any], back: str, *, done: Any = "", before: str = ""
) -> HttpResponse:
    """Do what a button of another page asks for, say what came of it there, and go back.

    Args:
        request: a POST.
        do: does it, or raises a `Refusal`.
        back: address of that page.
        done: what is said when it was done.
        before: of which of several things on the page it is said, before a refusal.
    """
    try:
        do()
    except Refusal as refusal:
        messages.error(request, f"{before}: {refusal}" if before else str(refusal))
    else:
        messages.success(request, done or _("Done, and recorded."))
    return HttpResponseRedirect(back)


def _form(request: HttpRequest, decision: Decision) -> Any:
    if decision.form is None:
        return None
    if request.method != "POST":
        return decision.form()
    return decision.form(request.POST, request.FILES) if request.FILES else decision.form(request.POST)


def _not_at_all(request: HttpRequest, decision: Decision) -> HttpResponse | None:
    try:
        if decision.check is not None:
            decision.check()
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(decision.back)
    return None


def _page(
    request: HttpRequest,
    decision: Decision,
    form: Any,
    version: object,
    now: object = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "title": decision.title,
        "subject": decision.subject,
        "crumbs": decision.crumbs,
        "text": decision.text,
        "shown": decision.shown,
        "form": form,
        "submit": decision.submit,
        "danger": decision.danger,
        "back": decision.back,
        "version": "" if version is None else str(version),
        "now": now,
        "refusal": refusal,
        **decision.more,
    }
    return render(request, decision.template, context, status=status)
