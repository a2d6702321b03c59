"""The service as an ASGI application: which call is whose, who may make it, and what goes wrong how."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import math
import re
import time
from typing import TYPE_CHECKING

from vaern.lookup import native, openapi
from vaern.lookup.desk import NotKept, TooMuch
from vaern.lookup.engine import Busy, Stopped
from vaern.lookup.foreign import ROUTES, shaped
from vaern.lookup.http import HttpError, Request, Response, Route, json, lacks, send_response, text
from vaern.matching import ListStoppedError

if TYPE_CHECKING:
    from vaern.lookup.callers import Caller
    from vaern.lookup.desk import Desk
    from vaern.lookup.http import Receive, Scope, Send

MOST_CALLS = 2000
"""Requests that are being answered at once; beyond that they are sent away for a moment."""

AGAIN = 1
"""Seconds after which whoever was sent away may come again."""

_log = logging.getLogger("vaern.lookup")


class Service:
    """The application of one process.

    Args:
        desk: takes the calls.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._now = 0
        self._exact: dict[tuple[str, str], Route] = {}
        self._patterns: list[tuple[re.Pattern[str], Route]] = []
        for route in ALL_ROUTES:
            if "{" in route.path:
                pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(route.path))
                self._patterns.append((re.compile(pattern + r"/?\Z"), route))
            else:
                self._exact[route.method, route.path] = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            return
        begun = time.perf_counter()
        request = Request(scope, receive)
        route, parts, allowed = self._find(request)
        protocol = route.protocol if route else "other"
        self._now += 1
        try:
            response = await self._answer(request, route, parts, allowed)
        except Exception as error:  # every request is answered
            response = _refusal(error, protocol)
        finally:
            self._now -= 1
        with contextlib.suppress(ConnectionError):
            await send_response(response, send)
        self.desk.metrics.answered(protocol, response.status, time.perf_counter() - begun)

    async def _live(self, receive: Receive, send: Send) -> None:
        task = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                task = asyncio.create_task(self.desk.engine.keep_up())
                await send({"type": "lifespan.startup.complete"})
            else:
                if task:
                    task.cancel()
                self.desk.committer.close()
                self.desk.engine.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _find(self, request: Request) -> tuple[Route | None, dict[str, str], set[str]]:
        """The route of a request, the parts of its path, and which methods the path takes."""
        path = request.path if len(request.path) == 1 else request.path.rstrip("/")
        if route := self._exact.get((request.method, path)):
            return route, {}, set()
        allowed = {method for method, exact in self._exact if exact == path}
        for pattern, route in self._patterns:
            if found := pattern.match(request.path):
                if route.method == request.method:
                    return route, found.groupdict(), set()
                allowed.add(route.method)
        return None, {}, allowed

    async def _answer(
        self, request: Request, route: Route | None, parts: dict[str, str], allowed: set[str]
    ) -> Response:
        if route is None:
            if allowed:
                header = (b"allow", ", ".join(sorted(allowed)).encode())
                raise HttpError(405, "The path takes another method.", (header,))
            raise HttpError(404, "There is nothing here; /api/openapi.json says what there is.")
        if route.scope is None:
            return await route.handler(self.desk, request, None, **parts)
        caller = self._caller(request)
        if route.scope not in {"key", *caller.scopes}:
            raise lacks(route.scope)
        if self._now > MOST_CALLS:
            raise Busy
        return await route.handler(self.desk, request, caller, **parts)

    def _caller(self, request: Request) -> Caller:
        """Who asks.

        Raises:
            HttpError: nobody who may.
        """
        door, now = self.desk.door, dt.datetime.now(dt.UTC)
        headers, found = request.headers, None
        if request.key:
            found = door.by_key(request.key, now)
        elif "authorization" in headers:
            found = door.by_authorization(headers["authorization"], now)
        elif "x-functions-key" in headers:
            found = door.by_key(headers["x-functions-key"], now)
        elif "access_token" in request.query:
            found = door.by_key(request.query["access_token"].rpartition("|")[2], now)
        if found is None:
            header = (b"www-authenticate", b'Basic realm="vaern", charset="UTF-8"')
            raise HttpError(401, "No key, or none that is valid.", (header,))
        return found


def _refusal(error: Exception, protocol: str) -> Response:
    """An error as the protocol's clients read it."""
    if isinstance(error, TooMuch):
        wait = str(math.ceil(error.refusal.seconds)).encode()
        text_ = f"Too much: {error.refusal.text}."
        error = HttpError(429, text_, ((b"retry-after", wait),))
    elif isinstance(error, Busy):
        error = HttpError(503, "Too much is asked at once; try again.", ((b"retry-after", b"%d" % AGAIN),))
    elif isinstance(error, (Stopped, ListStoppedError)):
        error = HttpError(503, str(error), ((b"retry-after", b"60"),))
    elif isinstance(error, NotKept):
        _log.error("the spool cannot be written: %s", error)
        error = HttpError(503, "What would be answered cannot be kept; try again.", ((b"retry-after", b"10"),))
    elif not isinstance(error, HttpError):
        _log.error("a call failed: %s", type(error).__name__, exc_info=error)
        error = HttpError(500, "This is a fault of the service.")
    body = error.body if error.body is not None else shaped(protocol, error.status, error.message)
    return json(body, error.status)._replace(headers=error.headers)


async def _status(desk: Desk, _request: Request, _caller: Caller | None) -> Response:
    """`GET /status`, as HMA answers: whether it should get calls."""
    return text("I-AM-ALIVE") if desk.engine.snapshot.lists else text("INDEX-NOT-LOADED", 503)


async def _alive(_desk: Desk, _request: Request, _caller: Caller | None) -> Response:
    """`GET /status/live`: whether the process answers."""
    return text("I-AM-ALIVE")


async def _health(desk: Desk, _request: Request, _caller: Caller | None) -> Response:
    """`GET /health`: in one word, without the names of lists."""
    lists = desk.engine.snapshot.lists
    stale = any(one.warning for one in lists)
    well = lists and not desk.door.fault and not stale and not desk.engine.back
    body = {
        "status": "ok" if well else "attention",
        "lists": len(lists),
        "callers": "refused" if desk.door.fault else "ok",
        "stale": stale,
        "replayed": bool(desk.engine.back),
    }
    return json(body, 200 if lists else 503)


async def _metrics(desk: Desk, _request: Request, _caller: Caller | None) -> Response:
    """`GET /metrics`: what is counted, for Prometheus."""
    return text(desk.metrics.text(desk.engine))._replace(media_type="text/plain; version=0.0.4; charset=utf-8")


async def _openapi(_desk: Desk, _request: Request, _caller: Caller | None) -> Response:
    """`GET /api/openapi.json`: what there is."""
    return Response(200, openapi.document(ALL_ROUTES))


_ROUTES = (
    Route("GET", "/status", _status, "hma", None),
    Route("GET", "/status/live", _alive, "hma", None),
    Route("GET", "/health", _health, scope=None),
    Route("GET", "/metrics", _metrics, scope="key"),
    Route("GET", "/api/openapi.json", _openapi, scope=None),
    Route("GET", "/api/lists", native.lists, scope="key"),
    Route("POST", "/api/lookups", native.look_up),
)
ALL_ROUTES = (*_ROUTES, *ROUTES)
"""Every call of the service."""
