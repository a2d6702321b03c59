"""Reads of appeals: those of the viewer's organisation, and those that are public."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from vaern.node.base.sealing import Unsealable, unseal
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.victims.appeals import acts
from vaern.node.victims.models import Appeal, Series, Tip
from vaern.node.victims.models.appeals import SEALED
from vaern.node.victims.rules import appeals as rules
from vaern.node.victims.rules.appeals import AppealState
from vaern.node.victims.rules.series import State
from vaern.node.web.sorting import Order, by_rank

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

LIST = Subject("series")
TO_WORK = Reason(Why.VICTIM_IDENTIFICATION)


@dataclass(frozen=True)
class Public:
    """A published appeal: title and description in one language, and nothing else.

    Attributes:
        appeal: only its code, its end and its organisation are shown.
    """

    appeal: Appeal
    title: str
    text: str


ORDER = Order("-made_at", "id", state=by_rank("state", AppealState), series="series__code", ends="ends_on", tips="tips")


@transaction.atomic
def appeals(viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> Page[Appeal]:
    """Return a page of the appeals of the viewer's organisation, the latest first; recorded."""
    found = Appeal.objects.select_related("series", "author", "legal_by", "safeguarding_by")
    return listings.read(viewer, found, ORDER, parameters, size, act=acts.LISTED, subject=LIST, reason=TO_WORK)


def appeals_of(series: Series) -> list[Appeal]:
    """Return the appeals of a series: part of its page."""
    return list(Appeal.of(series=series).select_related("author", "legal_by", "safeguarding_by"))


def tips_of(series: Series) -> list[Tip]:
    """Return the reports that came in answer to the appeals of a series, the latest first."""
    found = Tip.of(appeal__series=series).select_related("report", "appeal")
    return list(found.order_by("-came_at", "-id")[:50])


def find(viewer: Viewer, id: UUID) -> Appeal | None:
    """Return an appeal of the viewer's organisation, to act on it; shows nothing, records nothing."""
    found: Appeal | None = Appeal.objects.filter(pk=id).select_related("series", "author").first()
    return found


def to_check(viewer: Viewer) -> list[Appeal]:
    """Return the appeals that wait for a check that the viewer may do, that which waits longest first."""
    drafts = Appeal.objects.filter(state=AppealState.DRAFT.value).select_related("series").order_by("made_at", "id")
    me = viewer.person.pk if viewer.person else None
    checked = [(one, one.author_id, one.legal_by_id, one.safeguarding_by_id) for one in drafts]
    return [one for one, *who in checked if not rules.problem_with_check(me, *who)]


def _published() -> Any:
    states = [state.value for state in State if rules.may_be_public(state)]
    return Appeal.everywhere.filter(
        state=AppealState.PUBLISHED.value, ends_on__gte=timezone.localdate(), series__state__in=states
    ).select_related("organisation__member", "series")


def public_appeals(language: str) -> list[Public]:
    """Return all appeals that are public now, the latest first. Readers are not recorded."""
    return [public for one in _published().order_by("-published_at", "id") if (public := _public(one, language))]


def public_appeal(code: str, language: str) -> Public | None:
    """Return the public appeal with this code, or None."""
    found = _published().filter(code=code).first()
    return _public(found, language) if found else None


def texts_of(appeal: Appeal) -> dict[str, tuple[str, str]]:
    """Return title and description by language; "" where they cannot be opened."""
    return {"da": _texts(appeal.sealed_da), "en": _texts(appeal.sealed_en)}


def _public(appeal: Appeal, language: str) -> Public | None:
    title, text = texts_of(appeal)["da" if language == "da" else "en"]
    return Public(appeal, title, text) if title else None


def _texts(sealed: bytes | memoryview) -> tuple[str, str]:
    try:
        title, text = json.loads(unseal(sealed, SEALED))
    except (Unsealable, ValueError):
        return "", ""
    return title, text
