"""A mail server that keeps what it is given."""

from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings
from tests.node.operations.nodes import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage


class Inbox:
    """What the SMTP server was given."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.raw.append(envelope.content)
        return "250 OK"

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails, as their readers' programs read them."""
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.raw]


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    found = Inbox()
    port = free_port()
    server = Controller(found, hostname="127.0.0.1", port=port)
    server.start()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
        yield found
    server.stop()
