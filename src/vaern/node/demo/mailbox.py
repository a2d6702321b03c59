"""The mailbox of the demonstration: what a synthetic node sends lies in its data folder, and is shown at `/demo/mail/`.

Nobody of the demonstration has a mailbox, and many pages are reached by a link in a mail alone: of hosts, journalists,
who is invited. A node that is not synthetic keeps no mail.
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.html import format_html, format_html_join

from vaern.node.demo.sign_in import only_synthetic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage as Parsed
    from pathlib import Path

    from django.core.mail import EmailMessage
    from django.utils.safestring import SafeString

FOLDER = "mail"
NAME = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{8}\Z")
SHOWN = 200
"""Mails of which the heads are listed; the oldest are in the folder."""


@dataclass(frozen=True)
class Mail:
    """One mail, as the list shows it.

    Attributes:
        name: of its file, without the ending.
        at: when it was sent.
        text: the body; "" in a list.
    """

    name: str
    to: str
    subject: str
    at: datetime
    text: str = ""


class Folder(BaseEmailBackend):
    """Puts each mail into a file of the data folder, readable by the node's user alone."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep them.

        Raises:
            NotSynthetic: the node is not marked synthetic.
        """
        only_synthetic()
        folder = _folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        for message in email_messages:
            name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{uuid4().hex[:8]}"
            path = folder / f"{name}.eml"
            path.touch(mode=0o600)
            path.write_bytes(message.message().as_bytes())
        return len(email_messages)


def newest(to: str = "", most: int = SHOWN) -> list[Mail]:
    """Return the newest mails, to everybody or to one address."""
    only_synthetic()
    found = []
    for path in sorted(_folder().glob("*.eml"), reverse=True):
        head = _parsed(path.read_bytes())
        if to in {"", head["To"]}:
            found.append(_mail(path.stem, head))
        if len(found) == most:
            break
    return found


def find(name: str) -> Mail | None:
    """Return one mail with its text; None if there is none of that name."""
    only_synthetic()
    path = _folder() / f"{name}.eml"
    if not NAME.match(name) or not path.exists():
        return None
    parsed = _parsed(path.read_bytes())
    body = parsed.get_body(("plain",))
    return _mail(name, parsed, str(body.get_content()) if body else "")


def linked(text: str) -> SafeString:
    """Return a mail's text with its links to this node as links, whichever of its names the browser uses."""
    address = re.escape(settings.CONFIGURATION.address)
    parts = re.split(rf"({address}/[^\s<>]*)", text)
    here = len(settings.CONFIGURATION.address)
    link = '<a href="{}">{}</a>'
    made = [format_html(link, one[here:], one) if number % 2 else one for number, one in enumerate(parts)]
    return format_html_join("", "{}", ((one,) for one in made))


def _folder() -> Path:
    folder: Path = settings.CONFIGURATION.home / FOLDER
    return folder


def _parsed(content: bytes) -> Parsed:
    return email.message_from_bytes(content, policy=email.policy.default)


def _mail(name: str, parsed: Parsed, text: str = "") -> Mail:
    at = datetime.strptime(name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    return Mail(name, str(parsed["To"]), str(parsed["Subject"]), at, text)
