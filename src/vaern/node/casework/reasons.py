"""The reason for opening a record: what role and place suggest, for a record of one's own queue; else it is asked for.

It is asked once per record and session. Programs give it in a header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.ledger.rules import CODE, LONGEST_NOTE, Given, Reason, Subject, Why
from vaern.node.organisations.access import page_of, requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.problems import Problem
from vaern.node.web.reasons import CHOOSABLE, ReasonForm, suggested
from vaern.node.web.returns import is_ours

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vaern.node.casework.models import Casework

HEADER = "Vaern-Reason"
IN_SESSION = "reasons"
MOST_KEPT = 200
"""Reasons that a session keeps; the oldest is forgotten first, and is then asked for again."""


class ReasonNeeded(Exception):
    """A record was requested without a reason in this session; answered with the reason dialogue.

    Attributes:
        subject: the record.
    """

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject.kind)
        self.subject = subject


def reason_for(request: HttpRequest, of: Casework | Subject) -> Reason:
    """Return the reason for opening a record: given in this session, or suggested where it waits for the viewer.

    Programs use the header (`told`).

    Args:
        request: of the page.
        of: the record; of what is no record of casework, the subject alone, which is always asked about.

    Raises:
        ReasonNeeded: none was given; `middleware.Reasons` shows the dialogue.
    """
    subject = of if isinstance(of, Subject) else of.subject
    found = request.session.get(IN_SESSION, {}).get(_key(subject))
    if found is not None:
        return Reason(Why(found[0]), found[1], Given.CHOSEN)
    why = None if isinstance(of, Subject) else _usual(request, of)
    if why is None:
        raise ReasonNeeded(subject)
    return Reason(why, given=Given.DEFAULT)


FOUND = "found"
"""The parameter in the address of a record that a search found: whoever searched says why they open it."""


def _usual(request: HttpRequest, record: Casework) -> Why | None:
    """Return the suggested reason, if the record is in the viewer's own queue and was not searched for."""
    viewer = viewer_of(request)
    is_own = record.organisation_id == viewer.organisation.pk and viewer.admin_session is None
    if not is_own or viewer.person is None or FOUND in request.GET or not record.waits_for(viewer.person.pk):
        return None
    return suggested(request)


def change_url(request: HttpRequest, record: Casework) -> str:
    """Return the address at which a person says why they open a record, where they were not asked, or anew."""
    given = {"kind": record.KIND, "record": str(record.pk), "next": request.get_full_path()}
    return f"{reverse('casework:reason')}?{urlencode(given)}"


def remember(request: HttpRequest, subject: Subject, reason: Reason) -> None:
    """Keep the reason for this record until the session ends."""
    told = request.session.get(IN_SESSION, {})
    told.pop(_key(subject), None)
    told[_key(subject)] = [reason.why.value, reason.words]
    request.session[IN_SESSION] = dict(list(told.items())[-MOST_KEPT:])


def parse(header: str) -> Reason:
    """Return the reason in a header: `investigation`, or `other; words in UTF-8`.

    Raises:
        ValueError: the header holds none; the message names the codes and does not repeat the header.
    """
    code, _sign, words = header.partition(";")
    try:
        words = words.strip().encode("latin-1").decode("utf-8")  # a header's bytes, as WSGI hands them over
    except UnicodeError:
        words = words.strip()
    if code.strip() not in {why.value for why in CHOOSABLE}:
        raise ValueError(f"{HEADER} begins with one of: {', '.join(CHOOSABLE)}")
    if len(words) > LONGEST_NOTE or any(not (c.isprintable() or c == "\t") for c in words):
        raise ValueError(f"the words in {HEADER} are printable, and at most {LONGEST_NOTE} characters")
    return Reason(Why(code.strip()), words, Given.CHOSEN)


def told(request: HttpRequest) -> Reason:
    """Return the reason in a program's header.

    Raises:
        Problem: the header is missing or invalid.
    """
    header = request.headers.get(HEADER)
    if header is None:
        raise Problem("reason-needed", f"Say why, in the header {HEADER}: investigation; words if you like.")
    try:
        return parse(header)
    except ValueError as error:
        raise Problem("reason-needed", f"{error}.") from None


def ask(request: HttpRequest, needed: ReasonNeeded, form: ReasonForm | None = None) -> HttpResponse:
    """Answer with the reason dialogue, which returns to the requested page."""
    request.turned_away = True  # type: ignore[attr-defined]  # `drafts` keeps what was typed
    back = page_of(request) or "/"
    return _dialogue(request, needed.subject, back, form or ReasonForm(prefix="reason"))


@requires(Permission.ACCOUNT)
def give(request: HttpRequest) -> HttpResponse:
    """Take the dialogue's answer, or show it again to whoever changes the reason.

    The response does not reveal whether the record exists.
    """
    subject, back = _of_form(request)
    if subject is None:
        return HttpResponseRedirect("/")
    if request.method != "POST":
        return _dialogue(request, subject, back, ReasonForm(prefix="reason"))
    form = ReasonForm(request.POST, prefix="reason")
    if not form.is_valid():
        return _dialogue(request, subject, back, form, status=422)
    remember(request, subject, form.reason)
    return HttpResponseRedirect(back)


def _dialogue(request: HttpRequest, subject: Subject, back: str, form: ReasonForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "action": reverse("casework:reason"),
        "hidden": {"kind": subject.kind, "record": str(subject.id), "next": back},
        "title": _("Why do you open this?"),
    }
    return render(request, "casework/reason.html", context, status=status)


def _of_form(request: HttpRequest) -> tuple[Subject | None, str]:
    """Return the record and return address from the dialogue; both are untrusted input."""
    given = request.POST if request.method == "POST" else request.GET
    kind, back = given.get("kind", ""), given.get("next", "")
    if not is_ours(request, back):
        back = "/"
    try:
        return Subject(kind, UUID(given.get("record", ""))) if CODE.match(kind) else None, back
    except ValueError:
        return None, back


def _key(subject: Subject) -> str:
    return f"{subject.kind}:{subject.id}"
