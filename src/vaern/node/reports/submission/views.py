"""NCMEC's reporting API at `/ispws/`, and for another organisation's desk at `/ispws/<its id>/`.

A program sends its organisation's key as the HTTP Basic password, with any user name. Each operation requires
`report.send`; the node supplies the reason unless the header `Vaern-Reason` gives another. Files never enter: uploads
are not read.
"""

from __future__ import annotations

import base64
import binascii
import functools
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.reasons import HEADER, told
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.access import by_key
from vaern.node.organisations.routers import admitted
from vaern.node.organisations.rules import Permission
from vaern.node.reports.intake import documents, door, queries
from vaern.node.reports.rules.submissions import CODES, NO_FILES, STATUS, Code, answer, done
from vaern.node.reports.submission import actions
from vaern.node.reports.submission.actions import SubmissionError
from vaern.node.web import intake
from vaern.node.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.arrivals import Read
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

    Operation = Callable[["Call", HttpRequest], HttpResponse]
    View = Callable[..., HttpResponse]

LARGEST = 8_000_000
"""Bytes of a report, or of the details of a file."""
LARGEST_FORM = 10_000
MOST_TOLD = 20
"""Faults that a description names; the desk's page has all."""

SENT = Reason(Why.OTHER, "sent by the reporting API in NCMEC's form")


def refused(problem: Problem) -> HttpResponse:
    """Return the response for a request refused by the node's own guards, in the form that clients read."""
    return _answer(answer(CODES.get(problem.code, Code.INVALID_REQUEST), problem.detail), problem)


def _answer(body: bytes, problem: Problem | None = None, code: Code = Code.SUCCESS) -> HttpResponse:
    status = problem.status if problem else STATUS[code]
    given = HttpResponse(body, status=status, content_type="text/xml; charset=utf-8")
    for name, value in (problem.headers if problem else {}).items():
        given[name] = value
    return given


class Call:
    """One request: who sends, to which desk, and why.

    Raises:
        Problem: no key with the permission, or a desk that accepts no reports.
    """

    def __init__(self, request: HttpRequest, to: UUID | None) -> None:
        self.viewer: Viewer = admitted(_bearer(request), Permission.REPORT_SEND, challenge='Basic realm="vaern"')
        self.reason = told(request) if request.headers.get(HEADER) else SENT
        found = self.viewer.organisation if to is None else queries.organisation(to)
        if found is None or not queries.takes_reports(found):
            raise Problem("invalid", "There is no such organisation, or it takes no reports.")
        self.desk: Organisation = found


def _bearer(request: HttpRequest) -> str:
    """Return the password of HTTP Basic as the API's own header has it; "" where there is none."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        text = base64.b64decode(given.strip(), validate=True).decode("ascii") if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeError, ValueError):
        text = ""
    return f"Bearer {text.partition(':')[2]}"


def serves(
    method: str, largest: int = LARGEST_FORM, into: Callable[[bytes], str] | None = None
) -> Callable[[Operation], View]:
    """Decorate an operation as a view: one HTTP method, authentication by key, refusals as XML.

    Args:
        method: of HTTP.
        largest: the most bytes of a body that are read, once the key is valid; 0 to read none.
        into: the guard for a body that is a document; its door then checks it in its encoding.
    """

    def declare(operation: Operation) -> View:
        @functools.wraps(operation)
        def view(request: HttpRequest, to: UUID | None = None) -> HttpResponse:
            try:
                if request.method != method:
                    raise Problem("method-not-allowed", f"Use {method}.", headers={"Allow": method})
                call = Call(request, to)
                if largest:
                    intake.look(request, largest, into)
                with viewing(call.desk.id):
                    return operation(call, request)
            except Problem as problem:
                return refused(problem)
            except SubmissionError as error:
                return _answer(answer(error.code, str(error), number=error.number), code=error.code)
            except Refusal as error:
                return _answer(answer(Code.SAVE_FAILED, str(error)), code=Code.SAVE_FAILED)

        because = "programs of platforms come with their organisation's key, which the view itself asks for"
        shown: View = csrf_exempt(by_key(because)(view))
        return shown

    return declare


@serves("GET")
def status(call: Call, request: HttpRequest) -> HttpResponse:
    """Confirm that the key is valid, and name the receiving desk."""
    said = f"Remote User : {call.viewer.organisation.name}, Remote Ip : {request.META.get('REMOTE_ADDR', '')}"
    return _answer(answer(Code.SUCCESS, said))


@serves("GET")
def xsd(_call: Call, _request: HttpRequest) -> HttpResponse:
    """Serve NCMEC's schema if the operator has configured a copy: it is not ours to ship."""
    path = settings.CONFIGURATION.cybertipline_xsd
    if path is None:
        raise SubmissionError(Code.NOT_FOUND, "This node has no copy of NCMEC's schema; NCMEC serves it.")
    return _answer(path.read_bytes())


@serves("POST", LARGEST, door.first_look)
def submit(call: Call, request: HttpRequest) -> HttpResponse:
    """Take in a report; it is on the desk at once, whether its sender finishes it or not."""
    read = _one(request, files=False)
    found = actions.open_(call.viewer, call.reason, call.desk, read, request.body)
    return _answer(answer(Code.SUCCESS, number=found.number))


@serves("POST", 0)
def upload(_call: Call, _request: HttpRequest) -> HttpResponse:
    """Refuse a file without reading it: content never enters."""
    return _answer(answer(Code.NOT_AUTHORIZED, NO_FILES), code=Code.NOT_AUTHORIZED)


@serves("POST", LARGEST, door.first_look)
def fileinfo(call: Call, request: HttpRequest) -> HttpResponse:
    """Take in the details of a file: its hashes and metadata."""
    found = actions.add_file(call.viewer, call.reason, call.desk, _one(request, files=True), request.body)
    return _answer(answer(Code.SUCCESS, number=found.number))


@serves("POST")
def finish(call: Call, request: HttpRequest) -> HttpResponse:
    """Mark a submission as complete."""
    number = request.POST.get("id", "")
    try:
        found, files = actions.finish(call.viewer, call.reason, call.desk, number)
    except SubmissionError as error:
        return _answer(done(error.code, error.number or 0), code=error.code)
    return _answer(done(Code.SUCCESS, found.number, files))


@serves("POST")
def retract(call: Call, request: HttpRequest) -> HttpResponse:
    """Mark a submission as retracted by its sender."""
    found = actions.retract(call.viewer, call.reason, call.desk, request.POST.get("id", ""))
    return _answer(answer(Code.SUCCESS, number=found.number))


def _one(request: HttpRequest, *, files: bool) -> Read:
    """Read the one report, or the details of the one file, that a request holds.

    Raises:
        Problem: it holds media.
        SubmissionError: it holds something else, or what cannot be taken; the description says each fault.
    """
    found = door.take("text/xml", request.body, intake.charset_of(request))
    reads = documents.read("text/xml", found.body, files_follow=not files)
    said = "; ".join(f"{fault.path}: {fault.said}".removeprefix(": ") for fault in reads[0].faults[:MOST_TOLD])
    if len(reads) != 1 or reads[0].arrival is None or reads[0].arrival.document != "cybertipline":
        raise SubmissionError(Code.VALIDATION, said or "Send one report, or the details of one file.")
    if reads[0].files_alone != files:
        wanted = "the fileDetails of one file, with the reportId of your report" if files else "one report"
        raise SubmissionError(Code.VALIDATION, f"Send {wanted}.")
    return reads[0]


def urls() -> dict[str, Any]:
    """Return the URL patterns, with NCMEC's names."""
    return {
        "status": status,
        "xsd": xsd,
        "submit": submit,
        "upload": upload,
        "fileinfo": fileinfo,
        "finish": finish,
        "retract": retract,
    }
