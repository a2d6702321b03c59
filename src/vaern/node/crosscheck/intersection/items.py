"""What the front page says of private comparisons: proposals that wait for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.crosscheck.intersection import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item, first_of, items_of

if TYPE_CHECKING:
    from vaern.node.crosscheck.models import ComparisonRun


def waiting_items(viewer: Any) -> list[Item]:
    """Return the proposals that wait for somebody who may answer."""
    if not viewer.may(Permission.CROSSCHECK_REVEAL):
        return []
    waiting = first_of(queries.to_answer(viewer))
    return items_of(waiting, _to_answer, _("Proposals about private comparisons"), reverse("crosscheck:private"))


def _to_answer(run: ComparisonRun) -> Item:
    return Item(
        name=_("Private comparison"),
        what=_("The other organisation proposes that both see which records are in common."),
        button=Button(_("Answer"), reverse("crosscheck:private-run", args=[run.pk])),
        about=f"private_run/{run.pk}",
        tone="warning",
        due_at=run.expires_at,
    )
