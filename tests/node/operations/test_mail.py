"""Mail: with the act or not at all, sealed until sent, by a real SMTP server, never lost."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.template import TemplateDoesNotExist
from procrastinate.jobs import Job

from vaern.node.base.sealing import Unsealable
from vaern.node.operations import actions, queries
from vaern.node.web import mail
from vaern.node.web.mail import WAITS, Patient, defer_mail, send_waiting

if TYPE_CHECKING:
    from pathlib import Path

    from tests.node.inbox import Inbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(tmp_path: Path, settings) -> str:
    (tmp_path / "hello.subject.txt").write_text("{% load i18n %}Hello\n {{ name }}")
    (tmp_path / "hello.txt").write_text("Dear {{ name }}, {{ link }}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    return "hello"


@pytest.fixture(autouse=True)
def no_jobs(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def defer(template: str, **more) -> int:
    return defer_mail("tagged@hotline.example", template, {"name": "Åse <b>", "link": "https://x/tagged"}, **more)


def jobs() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, args::text, status FROM procrastinate_jobs WHERE queue_name = 'mail' ORDER BY id")
        return cursor.fetchall()


def test_it_arrives_as_plain_text(template: str, inbox: Inbox) -> None:
    with transaction.atomic():
        defer(template)
    assert send_waiting() == 1
    (found,) = inbox.raw
    assert b"To: tagged@hotline.example" in found
    assert b"Auto-Submitted: auto-generated" in found
    assert b"text/html" not in found
    assert jobs() == []


def test_nothing_is_escaped_in_plain_text(template: str, mailoutbox) -> None:
    with transaction.atomic():
        defer(template)
    send_waiting()
    assert (mailoutbox[0].subject, mailoutbox[0].body) == ("Hello Åse <b>", "Dear Åse <b>, https://x/tagged\n")


@pytest.mark.django_db(transaction=True)
def test_it_commits_with_the_act_or_not_at_all(template: str) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        defer(template)
    with transaction.atomic():
        defer(template)
        transaction.set_rollback(True)
    assert jobs() == []
    with transaction.atomic():
        defer(template)
    assert len(jobs()) == 1


def test_what_waits_is_sealed(template: str, settings) -> None:
    with transaction.atomic():
        defer(template)
    assert "tagged" not in jobs()[0][1]
    assert "Åse" not in jobs()[0][1]
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(Unsealable):
        send_waiting()


@pytest.mark.parametrize("to", ["", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example", "A <a@b.example>"])
def test_a_mail_goes_to_one_address(template: str, to: str) -> None:
    with pytest.raises(ValueError, match="one address"), transaction.atomic():
        defer_mail(to, template, {})


def test_a_template_that_is_not_there_fails_the_act() -> None:
    with pytest.raises(TemplateDoesNotExist), transaction.atomic():
        defer("nowhere")


def test_the_waits_grow_and_then_it_is_failed() -> None:
    waits = []
    for attempt in range(len(WAITS) + 2):
        job = Job(id=1, queue="mail", lock=None, queueing_lock=None, task_name=mail.TASK, attempts=attempt)
        decision = Patient().get_retry_decision(exception=Exception(), job=job)
        waits.append(decision is not None)
    assert waits == [True] * len(WAITS) + [False] * 2
    assert list(WAITS) == sorted(WAITS)
    assert sum(WAITS) > 24 * 3600


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_tries_again_and_never_loses(template: str, inbox: Inbox, capsys) -> None:
    from procrastinate.contrib.django import app

    from vaern.node.runtime import logs

    logs.configure("json")

    def work() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker:
            worker.run_worker(wait=False, delete_jobs="successful", install_signal_handlers=False, queues=["mail"])

    inbox.refuses = True
    with transaction.atomic():
        number = defer(template)
    work()
    assert [(job, status) for job, _, status in jobs()] == [(number, "todo")]
    inbox.refuses = False
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    work()
    assert jobs() == []
    assert len(inbox.raw) == 1
    said = capsys.readouterr()
    assert '"event": "mail_failed"' in said.err
    assert '"code": "451"' in said.err
    assert '"event": "mail_sent"' in said.err
    assert "tagged" not in said.err + said.out


def test_what_failed_is_shown_to_its_organisation_and_can_be_sent_again(template: str, mailoutbox) -> None:
    from vaern.node.ledger.rules import Reason, Why
    from vaern.node.operations.items import mail_that_failed
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.rules import Permission
    from vaern.node.organisations.viewers import Viewer

    one, other = (Organisation.objects.create(name=str(uuid.uuid4()), kind="hotline", regime="gdpr") for _ in range(2))
    admin = Viewer(one, frozenset({Permission.PEOPLE_MANAGE}))
    with transaction.atomic():
        defer(template, organisation=one.id)
        defer(template, organisation=other.id)
    assert mail_that_failed(admin) == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed', attempts = 10")
    assert queries.count_failed_mail(admin) == len(queries.failed_mail(admin)) == 1
    assert [item.count for item in mail_that_failed(admin)] == [1]
    assert mail_that_failed(Viewer(one, frozenset({Permission.PEOPLE_VIEW}))) == []
    assert actions.send_failed_mail_again(admin, Reason(Why.ADMINISTRATION)) == 1
    assert sorted(status for _, _, status in jobs()) == ["failed", "todo"]
    assert send_waiting() == 1
    assert len(mailoutbox) == 1
