"""The process that listens to SMTP (RFC 5321) for registrations: `VAERN_PRESS_SMTP`, off unless it is set.

It stands behind the organisation's own mail server, which sends it what goes to the addresses of events. What was
answered with 250 is in the database; whatever goes wrong is answered with 451, so that the sender keeps it and tries
again: no registration is lost.
"""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from aiosmtpd.smtp import SMTP
from django.db import close_old_connections, connections
from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.press.intake import actions
from vaern.node.press.intake.actions import Became
from vaern.node.runtime import logs

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiosmtpd.smtp import Envelope, Session

LARGEST = 10_000_000
"""Bytes of a mail. Attachments are dropped, but a mail with one should not be sent back."""

MOST_AT_ONCE = 20
"""Connections; each may hold a mail in memory."""

SECONDS = 60.0
"""Without a word a connection is closed."""

ANSWERS = {
    Became.REGISTERED: "250 2.0.0 Registered; a mail with a link is on its way",
    Became.AGAIN: "250 2.0.0 Registered already; a mail is on its way",
    Became.SAME_MAIL: "250 2.0.0 This mail was here before",
    Became.IGNORED: "250 2.0.0 Not written by a person; not answered",
    Became.NO_SENDER: "550 5.1.7 From must hold one plain address",
    Became.LATER: "451 4.7.0 Much came for this event; try again later",
}
NO_EVENT = "550 5.1.1 No event takes registrations at this address"
TRY_AGAIN = "451 4.3.0 Not taken now; try again later"


class Handler:
    """Handles incoming mail; database access runs in a thread of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "press-mail")

    def close(self) -> None:
        """Close the database connection and the thread."""
        self._thread.submit(connections.close_all).result()
        self._thread.shutdown()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient if an event has this address."""
        try:
            found = await self._apart(actions.event_for, address)
        except Exception as error:
            structlog.get_logger().error("error", **logs.described(error))
            return TRY_AGAIN
        if found is None:
            return NO_EVENT
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail for each event that it goes to; one answer for all of them, the worst."""
        arrived = timezone.now()
        data = envelope.content if isinstance(envelope.content, bytes) else b""
        answer = ""
        for address in dict.fromkeys(address.casefold() for address in envelope.rcpt_tos):
            try:
                said = await self._apart(take, address, data, envelope.mail_from, arrived)
            except Exception as error:
                structlog.get_logger().error("error", **logs.described(error))
                said = TRY_AGAIN
            answer = max(answer, said, key=lambda one: "254".index(one[0]) if one else -1)
        return answer or NO_EVENT

    async def _apart(self, act: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(_connected, act, *arguments))


def take(address: str, data: bytes, envelope: str | None, arrived: Any) -> str:
    """Take a mail for one address; return the SMTP answer."""
    event = actions.event_for(address)
    if event is None:
        return NO_EVENT
    try:
        return ANSWERS[actions.take(event, data, envelope, arrived)]
    except Refusal:
        return NO_EVENT


def _connected(act: Callable[..., Any], *arguments: Any) -> Any:
    close_old_connections()
    try:
        return act(*arguments)
    finally:
        close_old_connections()


class Limited(SMTP):
    """aiosmtpd's server with a limit on concurrent connections, and tolerant of overlong lines."""

    line_length_limit = 100_000
    now = 0

    def connection_made(self, transport: Any) -> None:
        """Begin, or close what is too much."""
        Limited.now += 1
        if Limited.now > MOST_AT_ONCE:
            transport.write(b"421 4.7.0 Too many connections; try again later\r\n")
            transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        Limited.now -= 1
        if self.transport is not None:
            super().connection_lost(error)


def protocol(handler: Handler | None = None) -> SMTP:
    """Return the protocol of one connection."""
    return Limited(handler or Handler(), data_size_limit=LARGEST, timeout=SECONDS, ident="Vaern", hostname="press")


def serve(host: str, port: int) -> None:
    """Listen until SIGTERM."""
    asyncio.run(_serve(host, port))


async def _serve(host: str, port: int) -> None:
    loop, stop, handler = asyncio.get_running_loop(), asyncio.Event(), Handler()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(lambda: protocol(handler), host, port)
    async with server:
        await stop.wait()
    handler.close()
