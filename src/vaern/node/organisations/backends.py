"""How an account is found: by its password, as allauth does; and at each request with its organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.auth_backends import AuthenticationBackend

from vaern.node.base.rows import one_or_none
from vaern.node.organisations.models import Person

if TYPE_CHECKING:
    from uuid import UUID


class Accounts(AuthenticationBackend):
    """The backend of allauth, which reads for each request who asks: here with the organisation they act for."""

    def get_user(self, user_id: UUID | str) -> Person | None:
        """Return a person who may sign in; None for nobody."""
        found = one_or_none(Person.everybody.select_related("organisation").filter(pk=user_id))
        return found if found is not None and self.user_can_authenticate(found) else None
