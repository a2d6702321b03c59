"""Requests and responses of the service: bounded, and without a framework."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from vaern.lookup.callers import ASK
from vaern.lookup.wire import ENCODERS, JSON, MESSAGEPACK, MOST_BYTES, NDJSON

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    Scope = Mapping[str, Any]
    Handler = Callable[..., Awaitable["Response"]]
    Receive = Callable[[], Awaitable[Mapping[str, Any]]]
    Send = Callable[[Mapping[str, Any]], Awaitable[None]]

BODY_SECONDS = 30.0
"""Until a body must be there, or a line of a stream."""

MOST_LINE = 1 << 20
"""Bytes of one line of a stream."""

MOST_QUERY = 1 << 16
"""Bytes of a query."""

MOST_PARAMETERS = 100

TEXT, XML = "text/plain; charset=utf-8", "application/xml; charset=utf-8"


class HttpError(Exception):
    """An answer that is no success.

    Attributes:
        status: of the answer.
        message: for people; it repeats nothing that was sent.
        headers: besides the usual ones.
        body: instead of the protocol's own form of `message`.
    """

    def __init__(
        self, status: int, message: str, headers: tuple[tuple[bytes, bytes], ...] = (), body: object = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.headers, self.body = status, message, headers, body


class Response(NamedTuple):
    """What is sent back: a body, or a stream of pieces."""

    status: int
    body: bytes
    media_type: str = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()
    stream: AsyncIterator[bytes] | None = None


class Route(NamedTuple):
    """A call.

    Attributes:
        method, path: `{name}` stands for one part of a path.
        handler: takes the desk, the request, the caller and the parts of the path.
        protocol: in whose shape errors are.
        scope: what the key must be for; `key` for any, `None` where no key is needed.
    """

    method: str
    path: str
    handler: Handler
    protocol: str = "vaern"
    scope: str | None = ASK


def json(value: object, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(status, ENCODERS[JSON].encode(value))


def text(value: str, status: int = 200) -> Response:
    """Plain text."""
    return Response(status, value.encode(), TEXT)


def lacks(scope: str | None) -> HttpError:
    """The refusal of a key that is for something else."""
    return HttpError(403, f"The key is not for this: it lacks {scope}.")


def no_query() -> HttpError:
    """The query cannot be read."""
    return HttpError(400, "The query is no UTF-8, or too long.")


class Request:
    """A request.

    Attributes:
        method: GET for HEAD too.
        path: without a key before it, and with single slashes.
        key: the key before the path, for clients that can put it nowhere else.
        headers: by name in lower case; of two of one name, the last.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope, self._receive = scope, receive
        self.method: str = "GET" if scope["method"] == "HEAD" else scope["method"]
        path: str = scope["path"]
        self.key = ""
        while "//" in path:
            path = path.replace("//", "/")
        if path.startswith("/as/"):
            self.key, _, rest = path.removeprefix("/as/").partition("/")
            path = f"/{rest.lstrip('/')}"
        self.path = path
        self.headers: dict[str, str] = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        self._query: dict[str, str] | None = None

    @property
    def query(self) -> dict[str, str]:
        """Of two parameters of one name, the last."""
        if self._query is None:
            self._query = _parameters(self._scope["query_string"])
        return self._query

    @property
    def address(self) -> str:
        """Of whoever is connected."""
        client = self._scope.get("client")
        return str(client[0]) if client else ""

    @property
    def base(self) -> str:
        """Where the caller reaches the service: without encryption on this machine alone."""
        host = self.headers.get("host", "localhost")
        if not re.fullmatch(r"[A-Za-z0-9.\-]+(?::\d+)?|\[[0-9A-Fa-f:]+\](?::\d+)?", host):
            raise HttpError(400, "The Host header is none.")
        name = host.rpartition(":")[0] or host
        local = name.startswith("127.") or host.partition(":")[0] in {"localhost", "127.0.0.1"} or name == "[::1]"
        key = f"/as/{self.key}" if self.key else ""
        return f"{'http' if local else 'https'}://{host}{key}"

    @property
    def media_type(self) -> str:
        """Of the body."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def wants(self) -> str:
        """In which of our media types the answer is wanted."""
        accepted = self.headers.get("accept", "")
        if "msgpack" in accepted:
            return MESSAGEPACK
        if NDJSON in accepted or JSON in accepted or not msgpack_of(self.media_type):
            return JSON
        return MESSAGEPACK

    async def body(self, most: int = MOST_BYTES) -> bytes:
        """All of the body.

        Raises:
            HttpError: it is larger than it may be, or does not come.
        """
        length = self.headers.get("content-length", "0")
        if length.isdecimal() and int(length) > most:
            raise too_large(most)
        pieces, size = [], 0
        async for piece in self.pieces():
            size += len(piece)
            if size > most:
                raise too_large(most)
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes."""
        more = True
        while more:
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    message = await self._receive()
            except TimeoutError as error:
                raise HttpError(408, f"The body did not come within {BODY_SECONDS:.0f} seconds.") from error
            if message["type"] == "http.disconnect":
                raise HttpError(400, "The connection was closed before the body was whole.")
            if message.get("body"):
                yield message["body"]
            more = message.get("more_body", False)

    async def lines(self) -> AsyncIterator[bytes]:
        """The lines of the body as they come; empty ones are left out."""
        rest = b""
        async for piece in self.pieces():
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                if line.strip():
                    yield line
            if len(rest) > MOST_LINE:
                raise too_large(MOST_LINE)
        if rest.strip():
            yield rest

    def decoded(self, body: bytes, type_: type[Any]) -> Any:
        """A body of JSON as a value of a type.

        Raises:
            HttpError: it is none; the message says where.
        """
        try:
            return msgspec.json.decode(body, type=type_)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            place = str(error).partition("`")[2].rstrip("`") if isinstance(error, msgspec.ValidationError) else ""
            where = f" at {place}" if place else ""
            raise HttpError(400, f"The body is not the JSON that is expected here{where}.") from error


def _parameters(raw: bytes) -> dict[str, str]:
    """A query, as its parameters."""
    if len(raw) > MOST_QUERY or raw.count(b"&") >= MOST_PARAMETERS:
        raise no_query()
    try:
        text = raw.decode("ascii")
        if "%" not in text and "+" not in text:  # as most are: this costs a fifth
            return dict(part.partition("=")[::2] for part in text.split("&") if part)
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict"))
    except ValueError as error:
        raise no_query() from error


def msgpack_of(media_type: str) -> bool:
    """Whether a media type is MessagePack, by any of its names."""
    return media_type in {MESSAGEPACK, "application/x-msgpack", "application/vnd.msgpack"}


def too_large(most: int) -> HttpError:
    """The body has more bytes than it may have."""
    return HttpError(413, f"The body, or a line of it, has more than {most} bytes.", ((b"connection", b"close"),))


async def send_response(response: Response, send: Send) -> None:
    """Send a response."""
    headers = [(b"content-type", response.media_type.encode()), *_USUAL, *response.headers]
    if response.stream is None:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if response.stream is not None:
        async for piece in response.stream:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": response.body})


_USUAL = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
