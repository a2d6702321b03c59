"""The mails of this app: invitations, what happened to an account, an administrator's session. Plain text, queued."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as N_

from vaern.node.organisations.models import Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.organisations.models import AdminSession, Invitation

RESET = "account/email/password_reset_key"

HAPPENED = {
    "account/email/password_changed": N_("Your password was changed."),
    "account/email/password_reset": N_("Your password was set anew through a mailed link."),
    "mfa/email/totp_activated": N_("An authenticator app was set up as your second factor."),
    "mfa/email/totp_deactivated": N_("The authenticator app was removed from your account."),
    "mfa/email/webauthn_added": N_("A passkey was added to your account."),
    "mfa/email/webauthn_removed": N_("A passkey was removed from your account."),
    "mfa/email/recovery_codes_generated": N_("New recovery codes were made; the old ones no longer work."),
}
"""What allauth writes to people about, by its templates, in our words."""


def link(path: str) -> str:
    """Return the whole address of a page, from the configuration and never from a request's Host."""
    return f"{settings.CONFIGURATION.address}{path}"


def send_account_mail(template: str, email: str, context: dict[str, Any]) -> None:
    """Queue a mail that allauth asks for, in the reader's language.

    Raises:
        LookupError: a mail that we do not know; nothing goes out in words that nobody here has read.
    """
    person = context.get("user") or Person.everybody.filter(email__iexact=email).first()
    if person is None:
        return
    if template == RESET:
        # The path only: the address comes from the configuration.
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": context["uid"], "key": context["key"]})
        _queue(person, "password_reset", link=link(path))
    elif template in HAPPENED:
        _queue(person, "happened", what=HAPPENED[template], link=link(reverse("organisations:account")))
    else:
        raise LookupError(f"no mail of ours stands for {template}")


def send_invitation(invitation: Invitation, token: str) -> None:
    """Queue the mail with the link, in the language of whoever is invited."""
    from vaern.node.web.mail import defer_mail

    defer_mail(
        to=invitation.email,
        template="organisations/mail/invitation",
        context={
            "name": invitation.name,
            "organisation": invitation.organisation.name,
            "link": link(reverse("organisations:accept", args=[token])),
            "days": round((invitation.expires_at - invitation.created_at) / timedelta(days=1)),
            "until": timezone.localtime(invitation.expires_at),
        },
        language=invitation.language,
        organisation=invitation.organisation_id,
    )


def send_admin_session_opened(session: AdminSession, overseers: Iterable[Person]) -> None:
    """Queue a mail to everybody who oversees the organisation. The reason stays in the node: mail is not sealed."""
    for overseer in overseers:
        _queue(
            overseer,
            "admin_session",
            administrator=session.person.name,
            organisation=session.organisation.name,
            until=session.until,
            link=link("/"),
        )


def _queue(person: Person, template: str, **context: Any) -> None:
    from vaern.node.web.mail import defer_mail

    with transaction.atomic():
        defer_mail(
            to=person.email,
            template=f"organisations/mail/{template}",
            context={"name": person.name, **context},
            language=person.language,
            organisation=person.organisation_id,
        )
