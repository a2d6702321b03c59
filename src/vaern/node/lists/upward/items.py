"""What the front page says of feedback to sources: what one refused, or could not be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.lists.rules.upward import UpState
from vaern.node.lists.upward import presenters, queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.lists.models import SourceFeedback
    from vaern.node.organisations.viewers import Viewer


def failed_items(viewer: Viewer) -> list[Item]:
    """Return the feedback that a source refused, or that could not be sent for long, to whoever keeps lists."""
    if not viewer.may(Permission.HASHLIST_WORK):
        return []
    return items_of(queries.failed(), _item, _("Feedback that did not reach its source"), reverse("lists:lists"))


def _item(feedback: SourceFeedback) -> Item:
    what = (
        _("The source refused what you found of it: %(said)s")
        if feedback.state == UpState.REFUSED.value
        else _("The source could not be told what you found of it, and is asked again: %(said)s")
    )
    name = _("Entry %(id)s of %(list)s") % {"id": feedback.ident[:16], "list": feedback.list.title}
    return Item(
        name,
        what % {"said": feedback.said[:200]},
        Button(pgettext("button", "Open"), presenters.at_told(feedback.list)),
        f"told/{feedback.pk}",
        "bad",
        since=feedback.asked_at,
        news=f"{feedback.state} {feedback.asked_at:%Y-%m-%d %H:%M:%S}",
    )
