"""Problem documents (RFC 9457): the API's errors, with what was wrong, where, and what to do. No input is echoed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from django.http import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest

MEDIA_TYPE = "application/problem+json"
API = "/api/"

TITLES: dict[str, tuple[int, str]] = {
    "malformed": (400, "The request cannot be read"),
    "reason-needed": (400, "A reason is needed"),
    "unauthenticated": (401, "An API key is needed"),
    "forbidden": (403, "The key lacks the permission"),
    "not-found": (404, "There is no such thing"),
    "method-not-allowed": (405, "The method does not exist here"),
    "not-acceptable": (406, "The answer cannot be given in that form"),
    "conflict": (409, "The state does not allow it"),
    "length-required": (411, "The length of the content is needed"),
    "too-large": (413, "The request is too large"),
    "unsupported-media-type": (415, "The content is not of a kind that is taken here"),
    "media-refused": (415, "Media is never taken"),
    "invalid": (422, "The content does not hold what is expected"),
    "key-reused": (422, "The idempotency key belongs to another request"),
    "too-many-requests": (429, "Too many requests"),
    "server-error": (500, "The server failed"),
    "unavailable": (503, "The node does not answer at the moment"),
}
"""Every kind of problem: its status and its title. The documentation lists them from here."""


@dataclass(frozen=True)
class Fault:
    """One fault in a request.

    Attributes:
        where: a location we name ourselves, `body.findings.3.verdict` or `line 17`; or an unknown query parameter, by
            its plain name.
        what: what is expected there. Never what was sent.
    """

    where: str
    what: str


@dataclass
class Problem(Exception):
    """A request that is refused.

    Attributes:
        code: one of TITLES.
        detail: what was wrong and what to do, in a sentence; never what was sent.
        faults: one for each location, if there are several.
        headers: of the answer.
    """

    code: str
    detail: str
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return TITLES[self.code][0]


def document(problem: Problem) -> dict[str, Any]:
    """Return the members of the problem document."""
    status, title = TITLES[problem.code]
    plain: dict[str, Any] = {
        "type": f"urn:vaern:problem:{problem.code}",
        "title": title,
        "status": status,
        "detail": problem.detail,
    }
    if problem.faults:
        plain["errors"] = [{"where": fault.where, "what": fault.what} for fault in problem.faults]
    return plain


def response(problem: Problem) -> HttpResponse:
    """Return the response with the problem document."""
    answer = HttpResponse(msgspec.json.encode(document(problem)), status=problem.status, content_type=MEDIA_TYPE)
    for name, value in problem.headers.items():
        answer[name] = value
    return answer


_BY_STATUS = {
    400: Problem("malformed", "The request is not valid HTTP for this node; check the address and the headers."),
    403: Problem("forbidden", "This is not allowed."),
    404: Problem("not-found", "There is nothing at this address, or nothing that this key may know of."),
    405: Problem("method-not-allowed", "Use one of the methods in the Allow header."),
    413: Problem("too-large", "Send less at once."),
    500: Problem("server-error", "The failure was logged; nothing was stored. Try again later."),
    503: Problem("unavailable", "Try again later."),
}


class Problems:
    """Turns every error response to an API client into a problem document."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        answer = self.get_response(request)
        if answer.status_code < 400 or not request.path_info.startswith(API):
            return answer
        if answer.get("Content-Type", "").startswith(MEDIA_TYPE):
            return answer
        problem = _BY_STATUS.get(answer.status_code) or _BY_STATUS[500 if answer.status_code >= 500 else 400]
        told = response(problem)
        for name, value in answer.items():  # what the layers below have set for safety holds for this text too
            if not name.startswith("Content-") or name == "Content-Security-Policy":
                told[name] = value
        told.status_code = answer.status_code
        return told
