"""The organisations and people of a new node of the demonstration, by the actions by which every node gets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import mail
from django.core.mail import get_connection
from django.db import connections
from django.test.utils import override_settings

from vaern.node.demo import seed
from vaern.node.demo.alliance import COUNTRIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.demo.nodes.parts import Part


def found(part: Part, link: str, say: Callable[[str], None]) -> None:
    """Make them, by the first sign-in link of the node; `say` is told what is being done."""
    alliance = seed.Alliance(bodies=part.bodies, countries=COUNTRIES, founder=part.founder)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        get_connection()  # makes the outbox, in which the invitations are read and accepted
        seed.found(alliance, link, say)
        del mail.outbox  # type: ignore[attr-defined] # of that backend
    connections.close_all()
