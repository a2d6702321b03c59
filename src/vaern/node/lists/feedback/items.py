"""What the front page says of feedback: what waits for an answer, and answers that came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.lists.base import labels
from vaern.node.lists.feedback import queries
from vaern.node.lists.feedback.presenters import said
from vaern.node.lists.rules.feedback import FeedbackState, Outcome
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.lists.models import EntryFeedback
    from vaern.node.organisations.viewers import Viewer


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return the feedback to answer, and what came of entries that one's organisation contested."""
    if not viewer.may(Permission.HASHLIST_VIEW):
        return []
    found, here = queries.waiting(viewer), reverse("lists:feedback")
    answered = items_of(found.answered, _answered, _("Answers to what you contested"), reverse("lists:contested"))
    if not viewer.may(Permission.HASHLIST_WORK):
        return answered
    waits = f"{here}?state={FeedbackState.OPEN.value}"
    return [*items_of(found.to_answer, _to_answer, _("Feedback on entries to answer"), waits), *answered]


def _name(feedback: EntryFeedback) -> str:
    title = getattr(feedback, "title", None) or feedback.list  # a list that one no longer has, has no title here
    return _("Entry %(id)s of %(list)s") % {"id": feedback.entry[:16] or "–", "list": title}


def _to_answer(feedback: EntryFeedback) -> Item:
    what = _("%(who)s says of it: %(what)s.") % {"who": feedback.organisation.name, "what": said(feedback)}
    button = Button(_("Answer"), reverse("lists:answer-feedback", args=[feedback.pk]))
    return Item(_name(feedback), what, button, f"feedback/{feedback.pk}", "warning", since=feedback.at)


def _answered(feedback: EntryFeedback) -> Item:
    outcome, _tone = labels.OUTCOMES[Outcome(feedback.outcome)]
    what = _("You contested it, and whoever keeps the list answered: %(what)s.") % {"what": outcome}
    button = Button(pgettext("button", "Read"), reverse("lists:contested"))
    return Item(_name(feedback), what, button, f"feedback/{feedback.pk}", "info", since=feedback.answered_at)
