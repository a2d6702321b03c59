"""One page for everything that a person decides: it asks, does it, and says why not beside what was typed.

    return decide(
        request,
        **about(report),                     # subject, crumbs, back: what it acts on and where that stands
        title=_("Close this report"), submit=_("Close"), text=_("…"), form=PlainReasonForm,
        do=lambda form: closing.finish(viewer, form.reason, report),
    )

What the rules refuse is a `Refusal`, caught here and nowhere else: 422 where what was asked does not do, 409 where the
state of things does not allow it, or somebody else changed them meanwhile. What was typed stays on the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from vaern.node.base.refusals import Refusal, Stale
from vaern.node.web.reasons import ReasonForm, suggested
from vaern.node.web.results import Result, tell
from vaern.node.web.versions import given_number, given_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.forms import BaseForm
    from django.http import HttpRequest

    Said = str | Result | Callable[[Any], str | Result] | None


def decide(
    request: HttpRequest,
    *,
    title: object,
    subject: object,
    back: str,
    do: Callable[..., object],
    form: Callable[..., BaseForm] | None = None,
    check: Callable[[], object] | None = None,
    then: str | Callable[[Any], str] = "",
    done: Said,
    submit: object = "",
    text: object = "",
    shown: object = None,
    crumbs: Sequence[tuple[object, str]] = (),
    danger: bool = False,
    version: object = None,
    now: Callable[[], tuple[object, object]] | None = None,
    template: str = "web/confirm.html",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the page of a decision, and do it when it was sent.

    Args:
        request: GET shows, POST does.
        title: what is decided; the page's heading.
        subject: what it is done to, a component or text; None where nothing is there yet.
        back: address of the page that it began from, and to which *Cancel* leads.
        do: does it, given the form that was filled in, or None where nothing is asked; and, with `version`, the one
            that the page showed. An `HttpResponse` that it returns, such as a file, is the answer.
        form: makes the form out of what was sent, or empty without anything; None where nothing is asked.
        check: raises a `Refusal` where it cannot be done at all: then the page is not even shown.
        then: address of the page that follows, or makes it out of what `do` returned; `back` if left out.
        done: what happened, to whom and what follows, in words or as a `Result`, or makes it out of what `do` returned;
            None where `do` always returns the answer itself, such as a file.
        submit: the button; *Continue* if left out.
        text: what follows from it.
        shown: what else to know before, or makes it, where that asks the database and only the page needs it.
        crumbs: text and address of each page above this one, the nearest last.
        danger: it cannot be undone.
        version: of what the page shows; the form carries it, and the action compares it. A number is given as one.
        now: after a `Stale`: the version that is there now, and what to show of it.
        template: a page that shows more; extends `web/confirm.html`.
        more: what that page needs beyond this.
    """

    def page(status: int = 200, refusal: str = "", seen: object = version, there: object = None) -> HttpResponse:
        context = {
            "title": title,
            "subject": subject,
            "crumbs": crumbs,
            "text": text,
            "shown": shown() if callable(shown) else shown,
            "danger": danger,
            "form": filled,
            "submit": submit,
            "back": back,
            "refusal": refusal,
            "now": there,
            "version": "" if seen is None else str(seen),
            **(more or {}),
        }
        return render(request, template, context, status=status)

    filled = _filled(request, form)
    if request.method != "POST":
        return _not_at_all(request, check, back) or page()
    seen = None if version is None else _seen(request, version)
    if filled is not None and not filled.is_valid():
        return page(422, seen=seen)
    try:
        made = do(filled) if version is None else do(filled, seen)
    except Refusal as refusal:
        newest, there = now() if now is not None and isinstance(refusal, Stale) else (seen, None)
        return refuse(refusal, filled, lambda said, status: page(status, said, newest, there))
    if isinstance(made, HttpResponseBase):
        return cast("HttpResponse", made)  # a streamed file is one too, but for its class
    _tell(request, done, made)
    return HttpResponseRedirect((then(made) if callable(then) else then) or back)


def _tell(request: HttpRequest, done: Said, made: object) -> None:
    """Say what came of an act.

    Raises:
        TypeError: the act was to answer by itself, and did not.
    """
    said = done(made) if callable(done) else done
    if not said:
        raise TypeError("nothing says what happened, and the act did not answer by itself")
    tell(request, said if isinstance(said, Result) else Result(said))


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


def at_once(request: HttpRequest, do: Callable[[], Any], back: str, *, done: Said, before: str = "") -> HttpResponse:
    """Do what a button of another page asks for, say what came of it there, and go back.

    Args:
        request: a POST.
        do: does it, or raises a `Refusal`.
        back: address of that page.
        done: what happened, to whom and what follows, as of `decide`.
        before: of which of several things on the page it is said, before a refusal.
    """
    try:
        made = do()
    except Refusal as refusal:
        messages.error(request, f"{before}: {refusal}" if before else str(refusal))
    else:
        _tell(request, done, made)
    return HttpResponseRedirect(back)


def _seen(request: HttpRequest, version: object) -> str | int:
    """Return the version that the page showed, in the form that it is kept in."""
    return given_number(request, version) if isinstance(version, int) else given_version(request, version)


def _filled(request: HttpRequest, form: Callable[..., BaseForm] | None) -> Any:
    if form is None:
        return None
    if request.method != "POST":
        made = form()
    else:
        made = form(request.POST, request.FILES) if request.FILES else form(request.POST)
    return reasoned(request, made)


def reasoned(request: HttpRequest, form: Any) -> Any:
    """Return a form, with the reason that role and place suggest where it asks for one."""
    if isinstance(form, ReasonForm):
        form.suggest(suggested(request))
    return form


def _not_at_all(request: HttpRequest, check: Callable[[], object] | None, back: str) -> HttpResponse | None:
    try:
        if check is not None:
            check()
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(back)
    return None
