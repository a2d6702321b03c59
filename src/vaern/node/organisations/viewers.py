"""The viewer: who looks or acts, for which organisation, and what they may do. Queries and actions take one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.node.ledger.rules import Actor

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vaern.node.organisations.models import AdminSession, ApiKey, Organisation, Person
    from vaern.node.organisations.rules import Permission


@dataclass(frozen=True)
class Viewer:
    """A person who is signed in, or an organisation's API key.

    Attributes:
        organisation: for whom they act; its records and what was released to it are all that they see.
        permissions: all that they may do now.
        person: who it is; None for a key.
        key: the key; None for a person.
        admin_session: the administrator's session that is open, if one is.
    """

    organisation: Organisation
    permissions: frozenset[Permission]
    person: Person | None = None
    key: ApiKey | None = None
    admin_session: AdminSession | None = None

    @property
    def actor(self) -> Actor:
        """How the ledger names them, with the administrator's session in which they act."""
        return Actor(
            person=self.person.id if self.person else None,
            organisation=self.organisation.id,
            key=self.key.id if self.key else None,
            session=self.admin_session.id if self.admin_session else None,
        )

    def may(self, permission: Permission) -> bool:
        """Whether they may do this."""
        return permission in self.permissions


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who asks, for a view that `access.requires` guards: the middleware, or the router, has set it."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer
