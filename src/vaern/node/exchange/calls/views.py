"""The door at which other nodes call. A key gives a right to speak, and none to look at anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from vaern.node.exchange.base import keys
from vaern.node.exchange.calls.calling import HEADER, TYPE, header_line, line_header
from vaern.node.exchange.calls.composing import Closed, compose
from vaern.node.exchange.calls.queries import peer_called
from vaern.node.exchange.calls.receiving import keys_of, receive
from vaern.node.exchange.rules.canonical import Malformed
from vaern.node.exchange.rules.envelopes import LARGEST_ENVELOPE, from_whom, read_line
from vaern.node.exchange.rules.peers import SPEAKS, State
from vaern.node.organisations.access import by_key
from vaern.node.web import intake
from vaern.node.web.problems import Problem

if TYPE_CHECKING:
    from django.http import HttpRequest


@csrf_exempt
@by_key("another node calls, and its signature is checked before a byte of what it sends is read")
@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """Take a peer's envelope, and answer with ours."""
    try:
        line = header_line(request.headers.get(HEADER, ""))
        peer = peer_called(from_whom(line))
        if peer is None or State(peer.state) not in SPEAKS:
            return _refused(403, "nothing passes between that node and this one")
        direction = read_line(line, keys_of(peer), peer.name, keys.name())
    except Malformed as error:
        refused = _refused(401, str(error))
        refused.headers["WWW-Authenticate"] = HEADER
        return refused
    try:
        intake.admit(request, LARGEST_ENVELOPE)
        receive(peer.pk, direction, request.body)
        answer_line, answer = compose(peer.pk, direction.call, answers=True)
    except Problem as problem:
        return _refused(problem.status, problem.detail)
    except Malformed as error:
        return _refused(422, str(error))
    except Closed:
        return _refused(403, "nothing passes between that node and this one")
    return HttpResponse(
        answer, content_type=TYPE, headers={HEADER: line_header(answer_line), "Cache-Control": "no-store"}
    )


def _refused(status: int, text: str) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
