"""A repository of signed releases over HTTP, as any mirror may serve it: what lies there, and nothing else.

GET and HEAD, ranges, and an ETag of each file. What a name fixes never changes and may be kept for ever: versions of
metadata, and targets, whose names begin with their hash. What is newest (`timestamp.json`) is asked for each time.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from vaern.lookup.serving import CannotServe, Place, bound, config_of, telling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vaern.lookup.http import Receive, Scope, Send

PIECE = 1 << 20

_NAME = r"(?!\.)[\w.-]+"
_PATH = re.compile(rf"/(?:metadata/{_NAME}\.json|targets(?:/{_NAME}){{2,4}})", re.ASCII)
_FIXED = re.compile(r"/metadata/\d+\.[^/]+|/targets/.*/(?P<hash>[0-9a-f]{64})\.[^/]+")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class _Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    first: int = 0
    length: int = 0


class Files:
    """The application.

    Args:
        folder: of the repository; `metadata` and `targets` in it are served.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        del receive
        with contextlib.ExitStack() as closing:
            file = None
            if scope["method"] in {"GET", "HEAD"}:
                file = await asyncio.to_thread(self._open, scope["path"])
            if file:
                closing.enter_context(file)
            asked = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            answer = _answer(scope["method"], scope["path"], file, asked)
            await _send(answer, file if scope["method"] == "GET" else None, send)

    def _open(self, path: str) -> BinaryIO | None:
        """The file of a path; None where it leads to none, or out of the repository."""
        if not _PATH.fullmatch(path):
            return None
        place = self._folder / path[1:]
        try:
            if place.resolve(strict=True) != place or not place.is_file():
                return None
            return place.open("rb")
        except OSError:
            return None


def _answer(method: str, path: str, file: BinaryIO | None, asked: dict[str, str]) -> _Answer:
    """What is said of a file: all of it, a range, that the asker has it, or that there is none."""
    if method not in {"GET", "HEAD"}:
        return _Answer(405, {"allow": "GET, HEAD", "content-length": "0"})
    if file is None:
        return _Answer(404, {"cache-control": "no-store", "content-length": "0"})
    found = os.fstat(file.fileno())
    fixed = _FIXED.fullmatch(path)
    digest = fixed["hash"] if fixed else None
    tag = f'"{digest or f"{found.st_size:x}-{found.st_mtime_ns:x}"}"'
    headers = {
        "etag": tag,
        "cache-control": "public, max-age=31536000, immutable" if fixed else "no-cache",
        "accept-ranges": "bytes",
        "content-type": "application/json" if path.endswith(".json") else "application/octet-stream",
        "x-content-type-options": "nosniff",
    }
    has = {one.strip().removeprefix("W/") for one in asked.get("if-none-match", "").split(",")}
    if tag in has or "*" in has:
        return _Answer(304, headers)
    first, end = 0, found.st_size
    wanted = _RANGE.fullmatch(asked.get("range", ""))
    if wanted and any(wanted.groups()) and asked.get("if-range", tag) == tag:
        first, end = _span(wanted[1], wanted[2], found.st_size)
        if first >= end:
            return _Answer(416, {**headers, "content-range": f"bytes */{found.st_size}", "content-length": "0"})
        headers["content-range"] = f"bytes {first}-{end - 1}/{found.st_size}"
    headers["content-length"] = str(end - first)
    return _Answer(206 if "content-range" in headers else 200, headers, first, end - first)


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    """The bytes of a range (RFC 9110, 14.1.2), up to and without the second; empty where it is outside of the file."""
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


async def _send(answer: _Answer, file: BinaryIO | None, send: Send) -> None:
    headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    left = answer.length if file else 0
    if file:
        file.seek(answer.first)
    while file and left and (piece := await asyncio.to_thread(file.read, min(PIECE, left))):
        left -= len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def serve(place: Place, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        place: the folder of the repository, and where to listen.
        ready: called with the address when it answers.

    Raises:
        CannotServe: the address is in use, or the folder is no repository.
    """
    if not (place.lists / "metadata").is_dir():
        raise CannotServe(f"{place.lists} is no repository; `vaern lists repository begin` begins one")
    try:
        import uvicorn  # noqa: F401, PLC0415 - said in a sentence where it is missing
    except ImportError as error:
        raise CannotServe("The server is not installed: `pip install vaern[lookup]` brings it.") from error
    listening = bound(place)
    listening.listen(2048)
    config = config_of(Files(place.lists), lifespan="off")
    server = telling()(config, lambda: ready(place.address(listening.getsockname()[1])))
    with stopping(server):
        server.run(sockets=[listening])


@contextlib.contextmanager
def stopping(server: object) -> Iterator[None]:
    """Let the signals that end a service end this one without an error."""

    def stop(*_signal: object) -> None:
        server.should_exit = True  # type: ignore[attr-defined]

    server.capture_signals = contextlib.nullcontext  # type: ignore[attr-defined]
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
