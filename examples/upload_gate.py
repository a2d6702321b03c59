"""An ASGI middleware for a platform: what is uploaded is hashed here, looked up, and put before a person.

    app = UploadGate(app, Lookups("https://node.example", key), queue, paths=("/upload",))

Nothing but hashes leaves the machine, and nothing is reported by itself. It takes uploads whose body is the file. The
file is hashed by `vaern hash`, whose decoders run in locked processes. What could not be looked up is said to the queue
too, with the act `unchecked`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.client.http import ClientError
from vaern.records import Signal

if TYPE_CHECKING:
    from vaern.client.lookups import Lookups

ORDER = ("none", "log", "unchecked", "queue", "block", "report")
HELD = {"block", "report"}


class UploadGate:
    """Looks at uploads before the application gets them; `queue(path, act, results)` puts one before a person."""

    def __init__(self, app, service: Lookups, queue, paths=("/upload",), most=1 << 26):
        self.app, self.service, self.queue, self.paths, self.most = app, service, queue, tuple(paths), most

    async def __call__(self, scope, receive, send):
        """Look at an upload before the application gets it."""
        uploads = scope["type"] == "http" and scope["method"] in {"POST", "PUT"}
        if not uploads or not scope["path"].startswith(self.paths):
            return await self.app(scope, receive, send)
        body, more = bytearray(), True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False) and len(body) <= self.most
        if len(body) > self.most:
            return await answer(send, 413, b"The file is too large.")
        act, results = await self.judged(bytes(body))
        if ORDER.index(act) >= ORDER.index("unchecked"):
            await self.queue(scope["path"], act, results)
        if act in HELD:  # kept back until a person has decided; the sender learns no more than that
            return await answer(send, 202, b"The upload is being looked at.")
        sent = iter([{"type": "http.request", "body": bytes(body), "more_body": False}])
        return await self.app(scope, lambda: asyncio.sleep(0, next(sent, {"type": "http.disconnect"})), send)

    async def judged(self, body: bytes):
        """What follows from an upload, and what the lists say of its signals."""
        try:
            signals = await hashed(body)
            results = await asyncio.to_thread(lambda: list(self.service.look_up(signals, purpose="upload")))
        except (ClientError, OSError, ValueError):
            return "unchecked", []
        return max((result.verdict.act for result in results), key=ORDER.index, default="unchecked"), results


async def hashed(body: bytes) -> list[Signal]:
    """The signals of a file, computed in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "upload")
        file.write_bytes(body)
        program = str(Path(sys.executable).with_name("vaern"))
        pipe = asyncio.subprocess.PIPE
        done = await asyncio.create_subprocess_exec(program, "hash", "--json", str(file), stdout=pipe)
        said, _ = await done.communicate()
    found = json.loads(said)["signals"]
    turns = ({name: one[name] for name in ("quality", "orientation", "region") if name in one} for one in found)
    return [Signal(one["kind"], bytes.fromhex(one["value"]), **turn) for one, turn in zip(found, turns, strict=True)]


async def answer(send, status: int, body: bytes) -> None:
    """Answer in the application's place."""
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})
