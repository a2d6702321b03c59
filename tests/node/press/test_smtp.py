"""Real mail in and out: what an SMTP client sends becomes one registration, and the answer comes by SMTP too."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.test import override_settings
from django.utils import timezone
from tests.node.operations.nodes import free_port
from tests.node.press.factories import make_event, make_officer, shift
from tests.node.press.journalist import link_in, mails_to

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.models import Entry
from vaern.node.press.intake import actions, server
from vaern.node.press.intake.actions import Became
from vaern.node.press.journalists import actions as journalists
from vaern.node.press.models import Registration
from vaern.node.runtime.configuration import ConfigurationError, read_configuration
from vaern.node.runtime.serving.programs import programs
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from collections.abc import Iterator

SENDER = "ditte@paper.example"


class Listening(Controller):
    """The server of the process, in a thread."""

    def factory(self) -> Any:
        return server.protocol(self.handler)


@pytest.fixture
def port(transactional_db: None) -> Iterator[int]:
    handler = server.Handler()
    controller = Listening(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port
    controller.stop()
    handler.close()


def letter(**given: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {"From": f"Ditte Sandgaard <{SENDER}>", "Message-ID": "<1@paper.example>", **given}.items():
        message[name] = value
    message.set_content("Medium: Nordhavia Morgen\nPress card: NH-118\nIssued by: the union\n")
    return message


def post(port: int, to: str, message: bytes, envelope: str = SENDER) -> tuple[int, str]:
    """Send by SMTP, and return the last answer."""
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.ehlo()
        client.mail(envelope)
        code, text = client.rcpt(to)
        if code < 300:
            code, text = client.data(message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    return code, text.decode()


def test_mail_in_and_mail_out(port: int) -> None:
    event = make_event()
    at = f"press+{event.name}@node.example"
    sent = letter()
    sent.add_attachment(b"\xff\xd8\xff\xe0" * 200, maintype="image", subtype="jpeg", filename="card.jpg")
    assert post(port, at, bytes(sent))[0] == 250
    assert post(port, at, bytes(sent)) == (250, "2.0.0 This mail was here before")
    assert "already" in post(port, at, bytes(letter(**{"Message-ID": "<2@paper.example>"})))[1]
    one = Registration.everywhere.get()
    assert (one.state, one.channel, one.says["medium"]) == ("unconfirmed", "mail", "Nordhavia Morgen")
    kept = _Kept()
    out = Controller(kept, hostname="127.0.0.1", port=free_port())
    out.start()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=out.port):
        send_waiting()
    out.stop()
    assert [recipients for recipients, _content in kept.got] == [[SENDER], [SENDER]]
    assert "One attachment was dropped unread" in kept.got[0][1]
    assert "Auto-Submitted: auto-generated" in kept.got[0][1]


class _Kept:
    def __init__(self) -> None:
        self.got: list[tuple[list[str], str]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.got.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"


def test_what_is_no_registration_is_said_at_once_and_nothing_is_lost(port: int) -> None:
    event = make_event()
    at = f"{event.name}@node.example"
    assert post(port, "nobody@node.example", bytes(letter()))[0] == 550
    assert post(port, at, b"Subject: x\r\n\r\nx")[0] == 550
    for head, envelope in ((b"", ""), (b"Auto-Submitted: auto-replied\r\n", SENDER)):
        assert post(port, at, b"From: a@b.example\r\n" + head + b"\r\nMedium: X", envelope)[0] == 250
    assert [(one.says, one.state) for one in Registration.everywhere.all()] == []
    send_waiting()
    assert mail.outbox == []
    assert Entry.objects.filter(act="press.mail.ignored").count() == 2
    with patch.object(actions, "take", side_effect=RuntimeError):
        assert post(port, at, bytes(letter()))[0] == 451  # the sender keeps it
    with patch.object(actions, "BURST", 1.0):
        codes = [
            post(port, at, bytes(letter(**{"Message-ID": f"<{n}>", "From": f"n{n}@b.example"})))[0] for n in range(3)
        ]
    assert 451 in codes
    assert Registration.everywhere.count() == codes.count(250)


def test_a_mail_that_is_too_large_is_refused(port: int) -> None:
    event = make_event()
    with patch.object(server, "LARGEST", 100):
        assert post(port, f"{event.name}@node.example", b"From: a@b.example\r\n\r\n" + b"x\r\n" * 2_000)[0] == 552


@pytest.mark.django_db
def test_the_time_of_arrival_counts_and_the_address_confirms() -> None:
    officer = make_officer()
    event = make_event(officer)
    arrived = event.deadline
    assert actions.take(event, bytes(letter()), SENDER, arrived) is Became.REGISTERED
    late = bytes(letter(From="late@paper.example", **{"Message-ID": "<9@x>"}))
    assert actions.take(event, late, SENDER, arrived + timedelta(seconds=1)) is Became.REGISTERED
    by_address = {one.says["email"]: one for one in Registration.everywhere.all()}
    assert {address: one.late for address, one in by_address.items()} == {SENDER: False, "late@paper.example": True}
    assert "after the deadline" in mails_to("late@paper.example")[0].body
    shift(event, begins=timezone.now(), ends=timezone.now() + timedelta(days=9))
    assert link_in(mails_to(SENDER)[0]).startswith("/press/mine/")
    # In another's name: who has the address decides, and it never counts before that.
    assert by_address[SENDER].state == "unconfirmed"
    confirmed = Registration.everywhere.get(pk=by_address[SENDER].pk)
    confirmed.arrived_at = timezone.now() - timedelta(hours=1)
    confirmed.save()
    assert journalists.confirm(confirmed, {"name": "The one whose address it is"}).state == "waiting"


@pytest.mark.django_db
@pytest.mark.parametrize("same", ["<>", "<1@paper.example>"])
def test_two_who_write_under_the_same_id_are_both_registered(same: str) -> None:
    """Some programs give every mail the same id, or an empty one; whoever knows an id could keep a colleague out."""
    event = make_event()
    for sender in (SENDER, "other@paper.example", SENDER):
        actions.take(
            event, bytes(letter(From=sender)).replace(b"<1@paper.example>", same.encode()), SENDER, timezone.now()
        )
    found = {one.says["email"]: one.mails for one in Registration.everywhere.all()}
    assert found == {SENDER: 1, "other@paper.example": 1}


@pytest.mark.django_db
def test_mail_for_an_event_that_is_over_is_refused() -> None:
    event = make_event()
    past = timezone.now() - timedelta(minutes=1)
    shift(event, begins=past - timedelta(hours=2), deadline=past - timedelta(days=1), ends=past)
    assert actions.event_for(f"{event.name}@node.example") is None
    with pytest.raises(Refusal):
        actions.take(event, bytes(letter()), SENDER, timezone.now())


def test_the_process_runs_only_where_it_is_asked_for() -> None:
    asked = {program.name for program in programs(press_mail=True)}
    assert asked - {program.name for program in programs()} == {"press-mail"}
    assert read_configuration({"VAERN_PRESS_SMTP": "127.0.0.1:2525"}, make_secret=False).press_smtp == (
        "127.0.0.1",
        2525,
    )
    assert read_configuration({}, make_secret=False).press_smtp is None
    with pytest.raises(ConfigurationError, match="VAERN_PRESS_SMTP"):
        read_configuration({"VAERN_PRESS_SMTP": "everywhere"}, make_secret=False)
