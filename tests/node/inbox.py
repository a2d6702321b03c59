"""A real SMTP server that keeps what it is given, and a node that mails to it."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings
from tests.node.operations.nodes import free_port

from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage


class Inbox:
    """What the server was given; it refuses as long as it is told to."""

    def __init__(self) -> None:
        self.refuses = False
        self.raw: list[bytes] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuses:
            return "451 try tagged@hotline.example later"
        self.raw.append(envelope.content)
        return "250 OK"

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails, as their readers' programs read them."""
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    def to(self, address: str) -> list[EmailMessage]:
        """Send what waits, and return the mails that somebody has."""
        send_waiting()
        return [mail for mail in self.mails if mail["To"] == address]

    def texts(self) -> list[str]:
        return [mail.get_content() for mail in self.mails]

    def link(self) -> str:
        """The path of the first link in the last mail."""
        return path_in(self.mails[-1])


def path_in(mail: EmailMessage, begins: str = "/") -> str:
    """Return the path of the first link in a mail that leads to this node, and there to what begins so."""
    found = re.search(rf"http://localhost({begins}\S+)", mail.get_content())
    assert found, mail.get_content()
    return found[1]


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    found, port = Inbox(), free_port()
    server = Controller(found, hostname="127.0.0.1", port=port)
    server.start()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
        yield found
    server.stop()
