"""The gate as an ASGI application: its own call, those of programs that ask before they store, health and counts."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

from vaern.client.peers import is_loopback
from vaern.lookup.http import HttpError, Request, json, send_response, text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from vaern.gate.desk import Desk
    from vaern.lookup.http import Receive, Response, Scope, Send

REFUSED = 403
"""Status of an upload that is not to be stored, for programs that read nothing but the status."""

_log = logging.getLogger("vaern.gate")


class Service:
    """The application.

    Args:
        desk: takes the uploads.
        local: it listens on the loopback, so whoever asks by another name was led here by a page in a browser.
    """

    def __init__(self, desk: Desk, *, local: bool) -> None:
        self._desk, self._local = desk, local
        self._routes: dict[tuple[str, str], Callable[[Request], Awaitable[Response]]] = {
            ("POST", "/v1/uploads"): self._upload,
            ("POST", "/v1/pict-rs"): self._pict_rs,
            ("GET", "/health"): self._health,
            ("GET", "/metrics"): self._metrics,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            return
        try:
            response = await self._answer(Request(scope, receive))
        except HttpError as error:
            response = json({"error": error.message}, error.status)._replace(headers=error.headers)
        except Exception as error:  # every request is answered; what failed may hold a piece of an upload
            _log.error("a call failed: %s", type(error).__name__)
            response = json({"error": "This is a fault of the gate."}, 500)
        with contextlib.suppress(ConnectionError):
            await send_response(response, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        self._desk.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, request: Request) -> Response:
        self._refuse_browsers(request)
        if handler := self._routes.get((request.method, request.path)):
            return await handler(request)
        if any(path == request.path for _method, path in self._routes):
            raise HttpError(405, "The path takes another method.")
        raise HttpError(404, "There is nothing here.")

    def _refuse_browsers(self, request: Request) -> None:
        """A page in a browser on this machine is no service: it names where it comes from, or asks by another name."""
        host = request.headers.get("host", "localhost")
        name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
        if "origin" in request.headers or (self._local and not is_loopback(name)):
            raise HttpError(403, "The gate answers services of this machine.")

    async def _upload(self, request: Request) -> Response:
        """`POST /v1/uploads`: the verdict, with status 200 whatever it is."""
        return json(await self._desk.take(request))

    async def _pict_rs(self, request: Request) -> Response:
        """`POST /v1/pict-rs`: as pict-rs's `external_validation` asks, which reads the status alone."""
        said = await self._desk.take(request)
        return json(said, 200 if said.store else REFUSED)

    async def _health(self, _request: Request) -> Response:
        """`GET /health`: in one word; what is wrong stands in the log."""
        return json({"status": "attention" if self._desk.asked.problem() else "ok"})

    async def _metrics(self, _request: Request) -> Response:
        """`GET /metrics`, for Prometheus."""
        found = text(self._desk.metrics.text(self._desk.now))
        return found._replace(media_type="text/plain; version=0.0.4; charset=utf-8")
