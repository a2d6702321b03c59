"""What the front page says to the cross-check desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.crosscheck.desk import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.crosscheck.desk.queries import Question


def waiting_items(viewer: Any) -> list[Item]:
    """Return the questions that wait for somebody at the desk."""
    if not viewer.may(Permission.CROSSCHECK_RELATE):
        return []
    label, here = _("Questions about countries"), reverse("crosscheck:questions")
    own, members = queries.waiting(viewer)
    return [*items_of(own, _asked, label, here), *items_of(members, _asked, label, here)]


def _asked(question: Question) -> Item:
    return Item(
        name=_("Question about a country"),
        what=_("A desk asks to which country its record points."),
        button=Button(_("Answer"), reverse("crosscheck:answer-country", args=[question.pk])),
        about=f"country_question/{question.pk}",
        tone="warning",
        since=question.asked_at,
    )
