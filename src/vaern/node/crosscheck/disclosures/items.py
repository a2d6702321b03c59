"""What the front page says of disclosures: questions to answer, and answers that came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.casework import kinds
from vaern.node.crosscheck.base import disclosures as queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import NEWS_LASTS, Button, Item, first_of, items_of

if TYPE_CHECKING:
    from vaern.node.crosscheck.models import Reveal


def waiting_items(viewer: Any) -> list[Item]:
    """Return the questions that wait for somebody who may answer; and, for all who see matches, the answers."""
    if not viewer.may(Permission.CROSSCHECK_VIEW):
        return []
    here, items = reverse("crosscheck:meetings"), []
    if viewer.may(Permission.CROSSCHECK_REVEAL):
        asked = first_of(queries.to_answer(viewer).select_related(None).only("meeting", "expires_at"))
        items += items_of(asked, _to_answer, _("Others ask who works on the same"), f"{here}?which=asked")
    answered = first_of(_answered(viewer))
    names = kinds.called(one.asker.subject for one in answered.first if one.asker is not None)

    def came(reveal: Reveal) -> Item:
        assert reveal.asker is not None  # what the viewer's side asked
        refused = bool(reveal.refusal)
        return Item(
            name=names.get(reveal.asker.record) or _("A record of yours"),
            what=_("The other side does not say who it is.") if refused else _("The other side says who it is."),
            button=Button(pgettext("button", "Open"), reverse("crosscheck:meeting", args=[reveal.meeting_id])),
            about=f"{reveal.asker.kind}/{reveal.asker.record}",
            tone="neutral" if refused else "good",
            since=reveal.answered_at,
            news=f"reveal/{reveal.pk}/{reveal.state}",
        )

    return items + items_of(answered, came, _("Answers of other sides"), here)


def _answered(viewer: Any) -> Any:
    asker = (f"asker__{column}" for column in ("kind", "record", "organisation"))
    found = queries.answered_since(viewer, timezone.now() - NEWS_LASTS).select_related(None).select_related("asker")
    return found.only("meeting", "state", "refusal", "answered_at", *asker)


def _to_answer(reveal: Reveal) -> Item:
    return Item(
        name=_("A question of another side"),
        what=_("Another organisation asks who works on the same."),
        button=Button(_("Answer"), reverse("crosscheck:meeting", args=[reveal.meeting_id])),
        about=f"reveal/{reveal.pk}",
        tone="warning",
        due_at=reveal.expires_at,
    )
