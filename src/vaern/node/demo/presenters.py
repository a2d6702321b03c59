"""What the pages of the demonstration show, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.demo.sign_in import sign_ins
from vaern.node.organisations.labels import ROLE_TEXTS, ROLES
from vaern.node.organisations.rules import Role
from vaern.node.web.components import Link
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.demo.mailbox import Mail
    from vaern.node.demo.sign_in import SignIn

ORDER = (
    Role.ANALYST,
    Role.INVESTIGATOR,
    Role.IDENTIFIER,
    Role.LEGAL,
    Role.CROSS_CHECKER,
    Role.MODERATOR,
    Role.OVERSIGHT,
    Role.SECRETARIAT,
    Role.RAPPORTEUR,
    Role.PRESS,
    Role.CURATOR,
    Role.WELFARE,
    Role.ADMINISTRATOR,
)
"""Those first of whom one hears first."""


@dataclass(frozen=True)
class RoleCard:
    """Somebody of a role, to sign in as.

    Attributes:
        title: what the role is called.
        text: what it does, in a sentence.
        path: of the link of one click, on whichever name of this machine the browser uses.
        others: further people of the role.
    """

    title: Any
    text: Any
    line: SignIn
    path: str
    others: list[tuple[SignIn, str]]


def cards() -> list[RoleCard]:
    """Return a card for each role, with its people; who has several roles stands under the first."""
    by_role: dict[str, list[SignIn]] = {}
    for line in sorted(sign_ins(), key=lambda one: "," in one.roles):
        by_role.setdefault(line.roles.partition(",")[0], []).append(line)
    return [
        RoleCard(
            ROLES[role],
            ROLE_TEXTS[role],
            found[0],
            path_of(found[0]),
            [(one, path_of(one)) for one in found[1:]],
        )
        for role in ORDER
        if (found := by_role.get(role.value))
    ]


def path_of(line: SignIn) -> str:
    """Return the path of somebody's link: it works under each name of this machine."""
    return urlsplit(line.link).path


def table_of_mail(mails: Sequence[Mail]) -> Table:
    """Return mails as rows; each leads to its text, and its recipient to all that they were sent."""
    heads = [Column(_("Subject")), Column(_("To")), Column(_("Sent"))]
    here = reverse("demo:mailbox")
    rows = [
        Row(
            [mail.subject, Link(mail.to, f"{here}?{urlencode({'to': mail.to})}"), mail.at],
            reverse("demo:one-mail", args=[mail.name]),
        )
        for mail in mails
    ]
    return Table(_("Mail that the node sent, the newest first"), heads, rows, id="mail")
