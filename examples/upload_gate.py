"""An ASGI middleware for a platform: what is uploaded is hashed here, looked up, and put before a person.

    app = UploadGate(app, Lookups("https://node.example", key), queue, paths=("/upload",))

It takes uploads whose body is the file. `queue(path, act, results)` puts one before a person, also what could not be
looked up (`unchecked`). Nothing is reported by itself.
"""

import asyncio

from vaern.client.uploads import judge

HELD = {"block", "report"}


class UploadGate:
    """Looks at uploads before the application gets them."""

    def __init__(self, app, service, queue, paths=("/upload",), most=1 << 26):
        self.app, self.service, self.queue, self.paths, self.most = app, service, queue, tuple(paths), most

    async def __call__(self, scope, receive, send):
        """Look at an upload before the application gets it."""
        uploads = scope["type"] == "http" and scope["method"] in {"POST", "PUT"}
        if not uploads or not scope["path"].startswith(self.paths):
            return await self.app(scope, receive, send)
        body, more = bytearray(), True
        while more and len(body) <= self.most:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if len(body) > self.most:
            return await answer(send, 413, b"The file is too large.")
        act, results = await judge(self.service, bytes(body))
        if act in HELD | {"queue", "unchecked"}:
            await self.queue(scope["path"], act, results)
        if act in HELD:  # kept back until a person has decided; the sender learns no more than that
            return await answer(send, 202, b"The upload is being looked at.")
        sent = iter([{"type": "http.request", "body": bytes(body)}])
        return await self.app(scope, lambda: asyncio.sleep(0, next(sent, {"type": "http.disconnect"})), send)


async def answer(send, status, body):
    """Answer in the application's place."""
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})
