"""Our own calls: look-ups in one piece and as a stream, and what may be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.lookup import judging, taking
from vaern.lookup.desk import About, NotKept, TooMuch
from vaern.lookup.engine import Busy, Stopped
from vaern.lookup.http import HttpError, Response, json, msgpack_of
from vaern.lookup.taking import Batch, WireError
from vaern.lookup.wire import ENCODERS, JSON, MESSAGEPACK, NDJSON, Fault, ListSaid, Refused, Reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from vaern.lookup.callers import Caller
    from vaern.lookup.desk import Desk, Told
    from vaern.lookup.engine import View
    from vaern.lookup.http import Request

STREAMED = 1000
"""Lines of a stream that are looked up together: each such part is a call of its own."""

PROTOCOL = "vaern"


async def look_up(desk: Desk, request: Request, caller: Caller) -> Response:
    """`POST /api/lookups`."""
    if request.media_type == NDJSON:
        return Response(200, b"", NDJSON, stream=_streamed(desk, request, caller))
    media_type = MESSAGEPACK if msgpack_of(request.media_type) else JSON
    if media_type == JSON and request.media_type not in {JSON, ""}:
        raise HttpError(415, f"The body is {JSON}, {MESSAGEPACK} or {NDJSON}.")
    try:
        batch = taking.understood(await request.body(), media_type)
    except WireError as error:
        raise HttpError(422, "The call was not understood.", body=error.refused) from error
    told = await desk.look_up(caller, batch.signals, About(PROTOCOL, batch.purpose, batch.reference))
    return Response(200, ENCODERS[request.wants].encode(_reply(told, batch)), request.wants)


def _reply(told: Told, batch: Batch) -> Reply:
    return Reply(
        told.call,
        told.view.index,
        lists_said(told.view, told.caller),
        told.ground,
        told.coarse,
        tuple(
            judging.result(judged, signal, asked.id, told.caller, coarse=told.coarse)
            for judged, signal, asked in zip(told.judged, batch.signals, batch.asked, strict=True)
        ),
    )


def lists_said(view: View, caller: Caller) -> tuple[ListSaid, ...]:
    """The lists of a view, as a caller is told of them: how large one is, only where it hears all of it."""
    return tuple(
        ListSaid(
            one.name,
            one.release,
            one.sequence,
            one.purpose,
            one.entries if caller.hears_all(one.name) else None,
            one.checked,
            one.warning,
        )
        for one in view.lists
    )


async def _streamed(desk: Desk, request: Request, caller: Caller) -> AsyncIterator[bytes]:
    """A result a line; after each part of the stream what it came to; at a fault, that, and nothing more."""
    try:
        body, first = [], 1
        async for line in request.lines():
            body.append(line)
            if len(body) == STREAMED:
                yield await _part(desk, request, caller, body, first)
                first, body = first + len(body), []
        if body:
            yield await _part(desk, request, caller, body, first)
    except WireError as error:
        yield _line(error.refused)
    except (HttpError, TooMuch, Busy, Stopped, NotKept) as error:
        text = error.message if isinstance(error, HttpError) else str(error) or "Too much is asked; try again."
        yield _line(Refused(text, (Fault("", type(error).__name__.lower(), text),)))


async def _part(desk: Desk, request: Request, caller: Caller, lines: list[bytes], first: int) -> bytes:
    query = request.query
    body = b'{"signals":[' + b",".join(lines) + b"]}"
    try:
        batch = taking.understood(body, JSON)
    except WireError as error:
        raise WireError([_with_line(fault, first) for fault in error.faults]) from error
    if len(batch.signals) != len(lines):
        raise WireError([Fault(f"lines {first} to {first + len(lines) - 1}", "syntax", "one signal a line")])
    about = About(PROTOCOL, query.get("purpose", "")[:200], query.get("reference", "")[:200])
    told = await desk.look_up(caller, batch.signals, about)
    reply = _reply(told, batch)
    trailer = {"call": reply.call, "index": reply.index, "lists": reply.lists, "ground": reply.ground}
    return b"".join(map(_line, (*reply.results, {**trailer, "coarse": reply.coarse})))


def _with_line(fault: Fault, first: int) -> Fault:
    """A fault of a part, at the line where it stands."""
    number, bracket, rest = fault.place.removeprefix("signals[").partition("]")
    if bracket and number.isdecimal():
        return Fault(f"line {first + int(number)}{rest}", fault.code, fault.text)
    return Fault(f"line {first} or after", fault.code, fault.text)


def _line(value: object) -> bytes:
    return ENCODERS[JSON].encode(value) + b"\n"


async def lists(desk: Desk, _request: Request, caller: Caller) -> Response:
    """`GET /api/lists`: what the caller may be matched against."""
    view = desk.engine.snapshot.view(caller.lists)
    return json({"index": view.index, "lists": lists_said(view, caller)})
