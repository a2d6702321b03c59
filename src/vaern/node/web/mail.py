"""Mail: a job in the same transaction as the act, sealed until sent, retried with growing delays, never lost.

    with transaction.atomic():
        ...
        defer_mail(to=person.email, template="organisations/mail/invitation", context={...}, language=person.language)

The mail is rendered at once, so a broken template fails the act. It is queued sealed with the node's secret (Fernet),
because it contains link tokens of which the database otherwise stores only digests. Jobs of sent mails are deleted;
those that failed for good stay, are shown to administrators, and can be sent again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app

from vaern.node.base.sealing import seal, unseal
from vaern.node.base.sql import run
from vaern.node.runtime import logs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from email.message import Message
    from uuid import UUID

    from procrastinate.jobs import Job

TASK = "web.mail"
WAITS = (30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200)
"""Seconds before each further try; the last is made about 28 hours after the first."""


WAITING = "SELECT id, args ->> 'sealed' FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo' ORDER BY id"


class Patient(BaseRetryStrategy):
    """Retries after each of `WAITS`."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002
        """Return when to retry; None to give up."""
        if job.attempts >= len(WAITS):
            return None
        return RetryDecision(retry_in={"seconds": WAITS[job.attempts]})


@dataclass(frozen=True)
class Attached:
    """A machine-readable attachment: text, never media.

    Attributes:
        kind: `application/json`, `message/feedback-report`.
        content: its text.
        name: file name, or "" for a part that is not a file.
    """

    kind: str
    content: str
    name: str = ""

    def part(self) -> MIMEBase:
        """Return it as a MIME part: files in base64, anything else unencoded."""
        main, _slash, sub = self.kind.partition("/")
        if self.name:
            found: MIMEBase = MIMEText(self.content, sub, "utf-8")
            found.replace_header("Content-Type", self.kind)
            found.set_param("name", self.name)
            found.add_header("Content-Disposition", "attachment", filename=self.name)
            return found
        found = MIMEBase(main, sub)
        found.set_payload(self.content)
        return found


class MailNotSent(Exception):
    """A mail could not be sent; its job knows the number of attempts."""


def defer_mail(
    to: str,
    template: str,
    context: Mapping[str, Any],
    *,
    language: str = "en",
    organisation: UUID | None = None,
    attached: Sequence[Attached] = (),
    report: str = "",
) -> int:
    """Send a mail once the open transaction commits; return the number of its job.

    Args:
        to: one address.
        template: `<template>.subject.txt` and `<template>.txt` are rendered without HTML escaping.
        context: of the templates; the node's own `address` is added.
        language: of the recipient.
        organisation: whose administrators are told if it fails for good.
        attached: parts that follow the text.
        report: the mail is a `multipart/report` of this type (RFC 6522), such as `feedback-report`; else it is mixed.

    Raises:
        TransactionManagementError: no transaction is open.
        ValueError: the address or the subject would break a header.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a mail is deferred in the transaction of its act")
    subject, body = composed(template, context, language)
    if not to or any(c in to for c in "\r\n,;<>"):
        raise ValueError("a mail goes to one address")
    parts = [[part.kind, part.content, part.name] for part in attached]
    sealed = seal(json.dumps([to, subject, body, parts, report]), "mail").decode("ascii")
    return app.configure_task(TASK).defer(sealed=sealed, organisation=str(organisation) if organisation else None)


def composed(template: str, context: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Return the subject and the text of a mail, as `defer_mail` would send it."""
    with translation.override(language):
        values = {**context, "address": settings.CONFIGURATION.address}
        subject = " ".join(_rendered(f"{template}.subject.txt", values).split())
        return subject, _rendered(f"{template}.txt", values).strip() + "\n"


@app.task(name=TASK, queue="mail", pass_context=True, retry=Patient())
def send_mail(context: JobContext, sealed: str, organisation: str | None = None) -> None:
    """Send one sealed mail."""
    job = context.job
    try:
        _send(sealed)
    except Exception as error:
        fields = logs.described(error)
        structlog.get_logger().warning(
            "mail_failed", job=job.id, attempt=job.attempts + 1, error=fields["error"], code=fields.get("code")
        )
        raise MailNotSent(type(error).__name__) from None
    structlog.get_logger().info("mail_sent", job=job.id, attempt=job.attempts + 1)


def send_waiting() -> int:
    """Send queued mails in this process; return how many. For tests without a worker."""
    waiting = run(WAITING, [TASK])
    for number, sealed in waiting:
        _send(sealed)
        run("DELETE FROM procrastinate_jobs WHERE id = %s RETURNING id", [number])
    return len(waiting)


def _rendered(template: str, values: dict[str, Any]) -> str:
    """Render a template as plain text, without HTML escaping."""
    found: Any = get_template(template)
    return found.template.render(Context(values, autoescape=False))


class _Mail(EmailMessage):
    """A mail that may be a machine-readable `multipart/report`.

    Args:
        report: the type of report, or "".
    """

    def __init__(self, *args: Any, report: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report = report
        self.mixed_subtype = "report" if report else "mixed"

    def message(self) -> Message:  # type: ignore[override]
        """Return the message, with the `report-type` parameter of its content type."""
        found: Message = super().message()
        if self.report:
            found.set_param("report-type", self.report)
        return found


def _send(sealed: str) -> None:
    to, subject, body, *more = json.loads(unseal(sealed.encode("ascii"), "mail"))
    parts, report = more or ([], "")  # a mail that an earlier version sealed has no parts
    headers = {"Auto-Submitted": "auto-generated"}  # RFC 3834: no holiday notice answers
    attachments = [Attached(*part).part() for part in parts]
    _Mail(subject, body, to=[to], headers=headers, attachments=attachments, report=report).send()
